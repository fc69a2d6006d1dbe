//! The second factor of a sign-in (`/login/2fa`).

use super::field_error::minutes;
use super::passkeys::PasskeyPrompt;
use super::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeSource {
    #[default]
    App,
    Recovery,
}

impl CodeSource {
    /// Returns the value of the parameter and field `way`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Recovery => "recovery",
        }
    }

    /// Parses the parameter; an unknown value means the app.
    pub fn parse(text: &str) -> Self {
        if text == Self::Recovery.as_str() {
            Self::Recovery
        } else {
            Self::App
        }
    }
}

/// A reason why the last code did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorFieldError {
    Missing,
    /// The code is wrong or was used before.
    Wrong {
        /// True after the second failure: the clock of the phone may be wrong.
        check_clock: bool,
    },
    Wait {
        seconds: i64,
    },
    /// Too many wrong codes in total.
    Locked,
    /// The passkey was not accepted, for any reason.
    Passkey,
    /// The passkey is of another kind than when it was added.
    ChangedPasskey,
}

/// `GET|POST /login/2fa`. Fields: `csrf`, `attempt`, and either `way` and `code`, or `ceremony` and
/// `credential`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/second_step.html")]
pub struct SecondStep {
    pub layout: Layout,
    pub flow: String,
    pub attempt: String,
    pub app_name: Option<String>,
    pub way: CodeSource,
    pub has_app: bool,
    /// Request for one of the user's passkeys; `None`: the user has no passkey.
    pub passkey: Option<PasskeyPrompt>,
    /// Lifetime of a trusted device in days; `None`: trusted devices are not offered.
    pub trust_days: Option<i64>,
    pub problem: Option<SecondFactorFieldError>,
}

impl SecondStep {
    fn trust_label(&self) -> Option<String> {
        let days = self.trust_days?;
        Some(self.layout.t_plural("second-trust", "days", days))
    }

    fn is_recovery(&self) -> bool {
        self.way == CodeSource::Recovery
    }

    /// Returns true if the code is the main action of the page, and not the passkey.
    fn is_code_first(&self) -> bool {
        self.passkey.is_none() || self.is_recovery()
    }

    /// Returns the classes of the passkey's button.
    fn passkey_kind(&self) -> &'static str {
        if self.is_code_first() {
            "wide"
        } else {
            "wide primary"
        }
    }

    fn heading(&self) -> String {
        self.layout.t(match self.way {
            CodeSource::App if !self.is_code_first() => "second-passkey-title",
            CodeSource::App => "second-title",
            CodeSource::Recovery => "second-recovery-title",
        })
    }

    fn error(&self) -> Option<String> {
        let layout = &self.layout;
        self.problem.map(|problem| match problem {
            SecondFactorFieldError::Missing => layout.t("second-missing"),
            SecondFactorFieldError::Wrong { .. } if self.is_recovery() => {
                layout.t("second-recovery-wrong")
            }
            SecondFactorFieldError::Wrong { check_clock: false } => layout.t("second-wrong"),
            SecondFactorFieldError::Wrong { check_clock: true } => layout.t("second-clock"),
            SecondFactorFieldError::Wait { seconds } => {
                layout.t_plural("too-many-tries", "minutes", minutes(seconds))
            }
            SecondFactorFieldError::Locked => layout.t("second-locked"),
            SecondFactorFieldError::Passkey => layout.t("passkey-rejected"),
            SecondFactorFieldError::ChangedPasskey => layout.t("passkey-changed"),
        })
    }

    fn is_of_code(&self) -> bool {
        use SecondFactorFieldError::{ChangedPasskey, Passkey};
        !matches!(self.problem, Some(Passkey | ChangedPasskey))
    }

    fn code_error(&self) -> Option<String> {
        self.is_of_code().then(|| self.error()).flatten()
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let field = if self.is_of_code() { "code" } else { "" };
        summarize([(field, self.error())])
    }
}
