//! The sign-in page (`/login`).

use doorward_rules::provider::Preset;

use super::field_error::FormProblem;
use super::passkeys::PasskeyPrompt;
use super::prelude::*;
use super::providers::ProviderButton;

pub use super::providers::ProviderProblem;

/// A reason why the last attempt did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    Missing {
        identifier: bool,
        password: bool,
    },
    /// Unknown user, wrong password or disabled account: one message for all, so that it does not
    /// reveal which accounts exist.
    Rejected,
    /// The passkey was not accepted, for any reason.
    PasskeyRejected,
    /// The passkey is of another kind than when it was added.
    PasskeyChanged,
    Provider(ProviderProblem),
    /// The text with this key: the password is right, and its account elsewhere is closed.
    Said(&'static str),
    Form(FormProblem),
}

words! {
    /// A reason why the user is asked to sign in.
    pub enum LoginNotice {
        /// The client requires reauthentication (`prompt=login`, `max_age`).
        Again = "login-again",
        SessionEnded = "login-session-ended",
        /// A change in the account requires reauthentication (ASVS 5.0 §7.5.1).
        Confirm = "login-confirm",
        /// The browser opened a mail link that verifies the address of an account.
        VerifyEmail = "login-verify-email",
    }
}

/// `GET|POST /login`. Fields: `csrf`, `flow`, `identifier`, `password`, `remember=on`; for
/// `POST /login/passkey` `ceremony` and `credential` in place of name and password.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of the page"
)]
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/login.html")]
pub struct Login {
    pub layout: Layout,
    pub flow: String,
    /// Account page to open after sign-in; empty for the account home.
    pub next: String,
    pub app_name: Option<String>,
    /// Username or e-mail address as typed, or `login_hint`.
    pub identifier: String,
    pub problem: Option<LoginError>,
    pub notice: Option<LoginNotice>,
    /// True if a forgotten password can be reset by mail.
    pub can_reset: bool,
    pub can_register: bool,
    /// True if "Keep me signed in" is offered.
    pub show_remember: bool,
    pub remember: bool,
    /// True if a signed-in user confirms a change.
    pub confirms: bool,
    /// URL of the sign-in by mailed code; `None`: disabled.
    pub email_code: Option<String>,
    /// Passkey request; `None`: passkeys are disabled.
    pub passkey: Option<PasskeyPrompt>,
    /// Identity providers to sign in with, in order.
    pub providers: Vec<ProviderButton>,
}

impl Login {
    fn identifier_error(&self) -> Option<String> {
        matches!(
            self.problem,
            Some(LoginError::Missing {
                identifier: true,
                ..
            })
        )
        .then(|| self.layout.t("login-missing-identifier"))
    }

    fn password_error(&self) -> Option<String> {
        matches!(
            self.problem,
            Some(LoginError::Missing { password: true, .. })
        )
        .then(|| self.layout.t("login-missing-password"))
    }

    fn rejected(&self) -> bool {
        self.problem == Some(LoginError::Rejected)
    }

    /// Returns the key of the heading.
    const fn heading(&self) -> &'static str {
        if self.confirms {
            "login-confirm-title"
        } else {
            "login-title"
        }
    }

    /// Returns the URL of the page that resets a password; empty if there is none.
    fn forgot_url(&self) -> String {
        match (self.can_reset, self.flow.as_str()) {
            (false, _) => String::new(),
            (true, "") => "/forgot-password".to_owned(),
            (true, flow) => format!("/forgot-password?flow={flow}"),
        }
    }

    /// Returns true if there is a sign-in method without a password.
    const fn has_other_ways(&self) -> bool {
        self.passkey.is_some() || self.email_code.is_some() || !self.providers.is_empty()
    }

    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(LoginNotice::as_str))
    }

    /// Returns the URL of the page that explains why the session ended and leads back to this
    /// sign-in.
    fn reason_url(&self) -> Option<String> {
        let ended = self.notice == Some(LoginNotice::SessionEnded);
        ended.then(|| match (self.flow.as_str(), self.next.as_str()) {
            ("", "") => "/login/ended".to_owned(),
            ("", next) => format!("/login/ended?next={next}"),
            (flow, _) => format!("/login/ended?flow={flow}"),
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let layout = &self.layout;
        let one = |field, message| summarize([(field, Some(message))]);
        match self.problem {
            None => Vec::new(),
            Some(LoginError::Rejected) => one("identifier", layout.t("login-rejected")),
            Some(LoginError::PasskeyRejected) => one("", layout.t("passkey-rejected")),
            Some(LoginError::PasskeyChanged) => one("", layout.t("passkey-changed")),
            Some(LoginError::Provider(problem)) => one("", layout.t(problem.as_str())),
            Some(LoginError::Said(key)) => one("", layout.t(key)),
            Some(LoginError::Form(problem)) => one("", problem.message(layout)),
            Some(LoginError::Missing { .. }) => summarize([
                ("identifier", self.identifier_error()),
                ("password", self.password_error()),
            ]),
        }
    }
}

#[cfg(test)]
mod tests;
