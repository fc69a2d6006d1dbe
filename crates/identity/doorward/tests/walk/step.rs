//! The steps of a walk.

use crate::random::Random;

/// A browser of the user, who has two; the server does not know that both are the user's.
pub type Browser = usize;
/// The number of browsers.
pub const BROWSERS: usize = 2;

/// The password that is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Password {
    /// The correct password.
    Present,
    /// The previous password.
    Former,
    /// A password that was never set.
    Wrong,
}

/// The code that is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// The next code of the app.
    Next,
    /// The last code that was accepted.
    Replayed,
    /// A code that the app never shows.
    Wrong,
    /// A code of another user's app.
    Foreign,
    /// An unused recovery code.
    Recovery,
    /// A used recovery code.
    UsedRecovery,
}

/// A step of the walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    SignIn(Browser, Password),
    /// Sends a code for the sign-in that waits in the browser `of`.
    SendCode {
        browser: Browser,
        of: Browser,
        code: Code,
    },
    /// Requests the second factor in a session authenticated by password.
    Strengthen(Browser),
    AskReset(Browser),
    /// Opens the mail link of this number (modulo their count).
    Follow(Browser, usize),
    /// Opens a link that was never mailed.
    FollowForged(Browser),
    SetPassword(Browser, bool),
    Verify(Browser),
    Resend(Browser),
    AskMove(Browser, Password),
    Move(Browser),
    TakeBack(Browser),
    ChangePassword(Browser, Password),
    StartFactor(Browser),
    /// Sends the first code, correct or wrong; the second flag ends the other sessions.
    ConfirmFactor(Browser, bool, bool),
    NewCodes(Browser),
    RemoveFactor(Browser),
    EndOthers(Browser),
    SignOut(Browser),
    Wait(i64),
}

/// The steps that must have had an effect at the end.
pub const NAMES: [&str; 16] = [
    "sign in",
    "code",
    "recovery code",
    "step up",
    "ask reset",
    "set password",
    "verify",
    "ask move",
    "move",
    "take back",
    "change password",
    "confirm factor",
    "new codes",
    "remove factor",
    "end others",
    "sign out",
];

impl Step {
    /// Returns the name of the step in [`NAMES`].
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignIn(..) => "sign in",
            Self::SendCode {
                code: Code::Recovery | Code::UsedRecovery,
                ..
            } => "recovery code",
            Self::SendCode { .. } => "code",
            Self::Strengthen(_) => "step up",
            Self::AskReset(_) => "ask reset",
            Self::Follow(..) | Self::FollowForged(_) => "follow",
            Self::SetPassword(..) => "set password",
            Self::Verify(_) => "verify",
            Self::Resend(_) => "resend",
            Self::AskMove(..) => "ask move",
            Self::Move(_) => "move",
            Self::TakeBack(_) => "take back",
            Self::ChangePassword(..) => "change password",
            Self::StartFactor(_) => "start factor",
            Self::ConfirmFactor(..) => "confirm factor",
            Self::NewCodes(_) => "new codes",
            Self::RemoveFactor(_) => "remove factor",
            Self::EndOthers(_) => "end others",
            Self::SignOut(_) => "sign out",
            Self::Wait(_) => "wait",
        }
    }

    /// Returns the browser of the step.
    pub const fn browser(&self) -> Browser {
        match *self {
            Self::SignIn(browser, _)
            | Self::SendCode { browser, .. }
            | Self::Strengthen(browser)
            | Self::AskReset(browser)
            | Self::Follow(browser, _)
            | Self::FollowForged(browser)
            | Self::SetPassword(browser, _)
            | Self::Verify(browser)
            | Self::Resend(browser)
            | Self::AskMove(browser, _)
            | Self::Move(browser)
            | Self::TakeBack(browser)
            | Self::ChangePassword(browser, _)
            | Self::StartFactor(browser)
            | Self::ConfirmFactor(browser, ..)
            | Self::NewCodes(browser)
            | Self::RemoveFactor(browser)
            | Self::EndOthers(browser)
            | Self::SignOut(browser) => browser,
            Self::Wait(_) => 0,
        }
    }

    /// Returns how many earlier steps this step needs.
    pub const fn rarity(&self) -> u8 {
        match self {
            Self::SetPassword(..) | Self::Verify(_) | Self::Move(_) | Self::TakeBack(_) => 3,
            Self::SendCode { .. }
            | Self::Strengthen(_)
            | Self::Follow(..)
            | Self::NewCodes(_)
            | Self::AskMove(..) => 2,
            _ => 1,
        }
    }

    /// Returns true if the step may affect the second factor.
    pub const fn is_about_factor(&self) -> bool {
        matches!(
            self,
            Self::SendCode { .. }
                | Self::StartFactor(_)
                | Self::ConfirmFactor(..)
                | Self::NewCodes(_)
                | Self::RemoveFactor(_)
        )
    }

    /// Returns true if the step posts a form, which must fail with another browser's anti-forgery
    /// token.
    pub const fn is_form(&self) -> bool {
        !matches!(
            self,
            Self::Strengthen(_) | Self::Follow(..) | Self::FollowForged(_) | Self::Wait(_)
        )
    }

    /// Returns any random step.
    pub fn any(random: &mut Random) -> Self {
        let browser = random.below(BROWSERS);
        let password = random.one_of(&[
            Password::Present,
            Password::Present,
            Password::Former,
            Password::Wrong,
        ]);
        match random.below(24) {
            0..=2 => Self::SignIn(browser, password),
            3..=6 => Self::SendCode {
                browser,
                // Mostly that of the same browser.
                of: if random.percent(85) {
                    browser
                } else {
                    1 - browser
                },
                code: random.one_of(&[
                    Code::Next,
                    Code::Next,
                    Code::Recovery,
                    Code::Replayed,
                    Code::Wrong,
                    Code::Foreign,
                    Code::UsedRecovery,
                ]),
            },
            7 => Self::Strengthen(browser),
            8 if random.percent(40) => Self::AskReset(browser),
            8 => Self::SendCode {
                browser,
                of: browser,
                code: Code::Next,
            },
            9 | 10 => Self::Follow(browser, random.below(8)),
            11 => {
                if random.percent(25) {
                    Self::FollowForged(browser)
                } else {
                    Self::Wait(random.one_of(&[30, 599, 600, 601, 900, 901, 1799, 1800]))
                }
            }
            12 => Self::SetPassword(browser, random.percent(85)),
            13 => Self::Verify(browser),
            14 => Self::Resend(browser),
            15 => Self::AskMove(browser, password),
            16 => Self::Move(browser),
            17 => Self::TakeBack(browser),
            18 => Self::ChangePassword(browser, password),
            19 => Self::StartFactor(browser),
            20 => Self::ConfirmFactor(browser, random.percent(80), random.percent(60)),
            21 => random.one_of(&[Self::NewCodes(browser), Self::RemoveFactor(browser)]),
            22 => Self::EndOthers(browser),
            _ => Self::SignOut(browser),
        }
    }
}
