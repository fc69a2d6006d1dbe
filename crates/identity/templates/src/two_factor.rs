//! The second factor in the account (`/account/security/2fa`): its state, its enrollment and its
//! recovery codes.

use super::prelude::*;
use super::qr::Qr;

/// Number of unused codes at or below which the pages advise creating new ones.
const FEW: u64 = 3;

/// The state of a user's second factor, in one line of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TwoFactorState {
    pub since: Option<i64>,
    pub codes_left: u64,
    pub codes_saved: bool,
}

impl TwoFactorState {
    /// Returns a warning for the user; `None` without a problem or without a factor.
    pub fn warning(&self, layout: &Layout) -> Option<String> {
        self.since?;
        if self.codes_left <= FEW {
            return Some(layout.t_count("two-factor-left", self.codes_left));
        }
        (!self.codes_saved).then(|| layout.t("two-factor-not-saved"))
    }
}

words! {
    /// A notice of the second factor.
    pub enum TwoFactorNotice {
        Required = "two-factor-required",
        /// The factor cannot be disabled, because the operator requires it.
        StaysRequired = "two-factor-stays",
        TurnedOff = "two-factor-turned-off",
        SetUpOver = "two-factor-over",
        Distrusted = "trusted-gone",
    }
}

#[derive(Clone, Debug)]
pub struct TrustedRow {
    pub id: String,
    pub device: String,
    pub since: i64,
    pub until: i64,
    pub current: bool,
}

/// `GET /account/security/2fa`. Its forms, each with `csrf` and `flow`: `POST …/start`, `…/codes`,
/// `…/off` (`end_others=on`), and `…/distrust` (`device`, or none for all of them).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/two_factor.html")]
pub struct TwoFactor {
    pub layout: Layout,
    pub flow: String,
    pub state: TwoFactorState,
    pub is_required: bool,
    /// True if a passkey satisfies the requirement as well.
    pub offers_passkey: bool,
    /// Trusted devices, the newest first.
    pub trusted: Vec<TrustedRow>,
    pub notice: Option<TwoFactorNotice>,
    pub now: i64,
}

impl TwoFactor {
    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(TwoFactorNotice::as_str))
    }

    fn codes_text(&self) -> String {
        self.layout
            .t_count("two-factor-left", self.state.codes_left)
    }
}

words! {
    pub enum FirstCodeProblem {
        Missing = "second-missing",
        Wrong = "second-wrong",
    }
}

/// `GET /account/security/2fa/set-up`, `POST /account/security/2fa/confirm`. Fields: `csrf`,
/// `flow`, `code`, `end_others=on`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/two_factor_set_up.html")]
pub struct TwoFactorSetUp {
    pub layout: Layout,
    pub flow: String,
    pub qr: Qr,
    pub key: String,
    pub problem: Option<FirstCodeProblem>,
}

impl TwoFactorSetUp {
    fn error(&self) -> Option<String> {
        self.layout.t_of(self.problem.map(FirstCodeProblem::as_str))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        summarize([("code", self.error())])
    }
}

/// The recovery codes, shown once. Form: `POST /account/security/2fa/saved` (`csrf`, `flow`,
/// `saved=on`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/recovery_codes.html")]
pub struct RecoveryCodes {
    pub layout: Layout,
    pub flow: String,
    pub codes: Vec<String>,
    /// True if the factor was just enrolled; false if only the codes are new.
    pub is_new: bool,
}

impl RecoveryCodes {
    fn heading(&self) -> String {
        self.layout.t("codes-title")
    }

    /// Returns the codes as a data URL, for a link that needs no server and no script.
    fn file(&self) -> String {
        format!("data:text/plain;charset=utf-8,{}", self.codes.join("%0A"))
    }
}

impl AccountPage for TwoFactor {
    fn place(&self) -> Option<AccountPlace> {
        let place = AccountPlace::below(AccountSection::SignIn);
        self.flow.is_empty().then_some(place)
    }
}
