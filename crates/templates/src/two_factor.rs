//! The second factor in the account: its state, its set-up, its recovery codes
//! (`/account/security/2fa`).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::qr::Qr;
use super::view::View;

/// From so many unused codes on, the pages say that new ones are needed.
const FEW: u64 = 3;

/// How a person stands to their second factor, in one line of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TwoFactorState {
    /// Since when it is in force, in Unix seconds.
    pub since: Option<i64>,
    /// Unused recovery codes.
    pub codes_left: u64,
    /// Whether the person said that they keep their codes.
    pub codes_saved: bool,
}

impl TwoFactorState {
    /// What the person should know or do; none where all is well, or where there is no factor.
    pub fn warning(&self, chrome: &Chrome) -> Option<String> {
        self.since?;
        if self.codes_left <= FEW {
            return Some(chrome.tn("two-factor-left", "count", count(self.codes_left)));
        }
        (!self.codes_saved).then(|| chrome.t("two-factor-not-saved"))
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What just happened, said at the top of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoFactorNotice {
    /// The operator demands a second factor of this person.
    Required,
    /// It cannot be turned off: the operator demands it.
    StaysRequired,
    /// It is turned off.
    TurnedOff,
    /// The set-up took too long.
    SetUpOver,
    /// Trust in browsers was taken back.
    Distrusted,
}

/// A browser that the person trusts.
#[derive(Clone, Debug)]
pub struct TrustedRow {
    /// Names it in its form.
    pub id: String,
    /// Browser and system in words.
    pub device: String,
    /// When trust was given, in Unix seconds.
    pub since: i64,
    /// When it ends, in Unix seconds.
    pub until: i64,
    /// Whether this page was asked for by it.
    pub current: bool,
}

/// `GET /account/security/2fa`. Its forms, each with `csrf` and `flow`: `POST …/start`, `…/codes`,
/// `…/off` (`end_others=on`), and `…/distrust` (`device`, or none for all of them).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/two_factor.html")]
pub struct TwoFactor {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction that waits for the set-up; empty without one.
    pub flow: String,
    /// How the person stands to it.
    pub state: TwoFactorState,
    /// Whether it must stay on.
    pub is_required: bool,
    /// Whether a passkey may do instead.
    pub offers_passkey: bool,
    /// The browsers that the person trusts, the newest first.
    pub trusted: Vec<TrustedRow>,
    /// What just happened.
    pub notice: Option<TwoFactorNotice>,
    /// Now, in Unix seconds.
    pub now: i64,
}

impl TrustedRow {
    fn sample(number: i64) -> Self {
        Self {
            id: format!("018f0000-0000-7000-8000-00000000000{number}"),
            device: "Firefox · Linux".to_owned(),
            since: NOW - number * 86_400,
            until: NOW + (30 - number) * 86_400,
            current: number == 0,
        }
    }
}

impl TwoFactor {
    fn notice_text(&self) -> Option<String> {
        self.notice.map(|notice| {
            self.chrome.t(match notice {
                TwoFactorNotice::Required => "two-factor-required",
                TwoFactorNotice::StaysRequired => "two-factor-stays",
                TwoFactorNotice::TurnedOff => "two-factor-turned-off",
                TwoFactorNotice::SetUpOver => "two-factor-over",
                TwoFactorNotice::Distrusted => "trusted-gone",
            })
        })
    }

    fn codes_text(&self) -> String {
        let left = count(self.state.codes_left);
        self.chrome.tn("two-factor-left", "count", left)
    }
}

/// What is wrong with the first code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstCodeProblem {
    /// Nothing was typed.
    Missing,
    /// Wrong.
    Wrong,
}

/// `GET /account/security/2fa/set-up`, `POST /account/security/2fa/confirm`. Fields: `csrf`,
/// `flow`, `code`, `end_others=on`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/two_factor_set_up.html")]
pub struct TwoFactorSetUp {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction that waits for the set-up; empty without one.
    pub flow: String,
    /// The code to scan.
    pub qr: Qr,
    /// The same secret, to be typed.
    pub key: String,
    /// What was wrong with the last try.
    pub problem: Option<FirstCodeProblem>,
}

impl TwoFactorSetUp {
    fn error(&self) -> Option<String> {
        self.problem.map(|problem| {
            self.chrome.t(match problem {
                FirstCodeProblem::Missing => "second-missing",
                FirstCodeProblem::Wrong => "second-wrong",
            })
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let message = self.error();
        message
            .map(|message| ErrorSummaryItem {
                field: "code",
                message,
            })
            .into_iter()
            .collect()
    }
}

/// The recovery codes, shown once. Its form: `POST /account/security/2fa/saved` (`csrf`, `flow`,
/// `saved=on`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/recovery_codes.html")]
pub struct RecoveryCodes {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction that waits for the set-up; empty without one.
    pub flow: String,
    /// The codes.
    pub codes: Vec<String>,
    /// Whether the factor was just set up; else there are only new codes.
    pub is_new: bool,
}

impl RecoveryCodes {
    fn heading(&self) -> String {
        self.chrome.t("codes-title")
    }

    /// The codes as a file, for a link that needs no server and no script.
    fn file(&self) -> String {
        format!("data:text/plain;charset=utf-8,{}", self.codes.join("%0A"))
    }
}

const NOW: i64 = 1_795_000_000;

impl View for TwoFactor {
    const PAGE: &'static str = "two_factor";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let off = Self {
            chrome: Chrome {
                return_to: "/account/security/2fa".to_owned(),
                ..Chrome::sample(lang)
            },
            flow: String::new(),
            state: TwoFactorState::default(),
            is_required: false,
            offers_passkey: true,
            trusted: Vec::new(),
            notice: None,
            now: NOW,
        };
        let on = Self {
            state: TwoFactorState {
                since: Some(NOW - 86_400 * 12),
                codes_left: 9,
                codes_saved: true,
            },
            ..off.clone()
        };
        let few = TwoFactorState {
            codes_left: 1,
            ..on.state
        };
        let unsaved = TwoFactorState {
            codes_saved: false,
            ..on.state
        };
        let with = |notice, page: &Self| Self {
            notice: Some(notice),
            ..page.clone()
        };
        let standing = |state| Self {
            state,
            ..on.clone()
        };
        let required = Self {
            flow: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            is_required: true,
            ..off.clone()
        };
        let trusted = Self {
            trusted: (0..10).map(TrustedRow::sample).collect(),
            ..on.clone()
        };
        let stays = Self {
            is_required: true,
            ..on.clone()
        };
        vec![
            ("off", off.clone()),
            ("required", with(TwoFactorNotice::Required, &required)),
            ("over", with(TwoFactorNotice::SetUpOver, &off)),
            ("turned-off", with(TwoFactorNotice::TurnedOff, &off)),
            ("on", on.clone()),
            ("trusted", with(TwoFactorNotice::Distrusted, &trusted)),
            ("few", standing(few)),
            ("unsaved", standing(unsaved)),
            ("stays", with(TwoFactorNotice::StaysRequired, &stays)),
        ]
    }
}

impl View for TwoFactorSetUp {
    const PAGE: &'static str = "two_factor_set_up";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        let plain = key.replace(' ', "");
        let uri = format!(
            "otpauth://totp/Doorward:alice.archer%40example.com?secret={plain}&issuer=Doorward"
        );
        let normal = Self {
            chrome: Chrome {
                return_to: "/account/security/2fa/set-up".to_owned(),
                ..Chrome::sample(lang)
            },
            flow: String::new(),
            qr: Qr::draw(&uri).unwrap_or(Qr {
                size: 0,
                path: String::new(),
            }),
            key: key.to_owned(),
            problem: None,
        };
        let with = |problem| Self {
            problem: Some(problem),
            ..normal.clone()
        };
        vec![
            ("normal", normal.clone()),
            ("missing", with(FirstCodeProblem::Missing)),
            ("wrong", with(FirstCodeProblem::Wrong)),
        ]
    }
}

impl View for RecoveryCodes {
    const PAGE: &'static str = "recovery_codes";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let new = Self {
            chrome: Chrome {
                return_to: "/account/security/2fa".to_owned(),
                ..Chrome::sample(lang)
            },
            flow: String::new(),
            codes: (0..10).map(|n| format!("{n}bcd-efgh-jkm{n}")).collect(),
            is_new: true,
        };
        let again = Self {
            is_new: false,
            ..new.clone()
        };
        vec![("new", new), ("again", again)]
    }
}
