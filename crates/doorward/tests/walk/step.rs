//! What people try.

use crate::random::Random;

/// One of a person's two browsers; nothing says that both are the person's own.
pub type Browser = usize;
/// How many there are.
pub const BROWSERS: usize = 2;

/// Which password is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Password {
    /// The right one.
    Present,
    /// The one before it.
    Former,
    /// Nobody's.
    Wrong,
}

/// Which code is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// The one that the app shows next.
    Next,
    /// The last one that was accepted.
    Replayed,
    /// One that the app never shows.
    Wrong,
    /// The one that somebody else's app shows.
    Foreign,
    /// An unused recovery code.
    Recovery,
    /// A used one.
    UsedRecovery,
}

/// One step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    SignIn(Browser, Password),
    /// The code for the sign-in that waits in the browser `of`.
    SendCode {
        browser: Browser,
        of: Browser,
        code: Code,
    },
    /// Asks for a second step in a session that a password began.
    Strengthen(Browser),
    AskReset(Browser),
    /// Follows the mailed link of this number, counted round.
    Follow(Browser, usize),
    /// Follows a link that nobody mailed.
    FollowForged(Browser),
    SetPassword(Browser, bool),
    Verify(Browser),
    Resend(Browser),
    AskMove(Browser, Password),
    Move(Browser),
    TakeBack(Browser),
    ChangePassword(Browser, Password),
    StartFactor(Browser),
    /// The first code, right or wrong; whether the other sessions are ended.
    ConfirmFactor(Browser, bool, bool),
    NewCodes(Browser),
    RemoveFactor(Browser),
    EndOthers(Browser),
    SignOut(Browser),
    Wait(i64),
}

/// The steps that must have done something in the end.
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
    /// What it is called in [`NAMES`].
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

    /// Where it is done.
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

    /// How much has to go before it.
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

    /// Whether it is about the second factor.
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

    /// Whether it is a form, which another browser's token must not send.
    pub const fn is_form(&self) -> bool {
        !matches!(
            self,
            Self::Strengthen(_) | Self::Follow(..) | Self::FollowForged(_) | Self::Wait(_)
        )
    }

    /// Anything at all.
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
                // Mostly its own.
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
