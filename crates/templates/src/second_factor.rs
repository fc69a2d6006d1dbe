//! The second step of a sign-in (`/login/2fa`).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::field_error::minutes;
use super::passkeys::PasskeyPrompt;
use super::view::View;

/// What the code comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeSource {
    /// The authenticator app.
    #[default]
    App,
    /// The saved recovery codes.
    Recovery,
}

impl CodeSource {
    /// The value of the parameter and field `way`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Recovery => "recovery",
        }
    }

    /// Reads the parameter; anything unknown is the app.
    pub fn parse(text: &str) -> Self {
        if text == Self::Recovery.as_str() {
            Self::Recovery
        } else {
            Self::App
        }
    }
}

/// Why the last code did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorFieldError {
    /// Nothing was typed.
    Missing,
    /// Wrong, or used before.
    Wrong {
        /// After the second failure: the clock of the phone may be wrong.
        check_clock: bool,
    },
    /// Too many wrong ones.
    Wait {
        /// Seconds until the next try counts.
        seconds: i64,
    },
    /// Too many wrong ones in all.
    Locked,
    /// The passkey was not accepted, whyever.
    Passkey,
}

/// `GET|POST /login/2fa`. Fields: `csrf`, `attempt`, and either `way` and `code`, or `ceremony` and
/// `credential`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/second_step.html")]
pub struct SecondStep {
    /// What every page needs.
    pub chrome: Chrome,
    /// Names the waiting sign-in.
    pub attempt: String,
    /// The app that asked for the sign-in.
    pub app_name: Option<String>,
    /// What is asked for.
    pub way: CodeSource,
    /// Whether the person has an authenticator app.
    pub has_app: bool,
    /// What asks for one of their passkeys; none without one.
    pub passkey: Option<PasskeyPrompt>,
    /// For how many days the browser may be trusted; none where it may not.
    pub trust_days: Option<i64>,
    /// Why the last try failed.
    pub problem: Option<SecondFactorFieldError>,
}

impl SecondStep {
    fn trust_label(&self) -> Option<String> {
        let days = self.trust_days?;
        Some(self.chrome.tn("second-trust", "days", days))
    }

    fn is_recovery(&self) -> bool {
        self.way == CodeSource::Recovery
    }

    fn heading(&self) -> String {
        self.chrome.t(match self.way {
            CodeSource::App if !self.has_app => "second-passkey-title",
            CodeSource::App => "second-title",
            CodeSource::Recovery => "second-recovery-title",
        })
    }

    fn error(&self) -> Option<String> {
        let chrome = &self.chrome;
        self.problem.map(|problem| match problem {
            SecondFactorFieldError::Missing => chrome.t("second-missing"),
            SecondFactorFieldError::Wrong { .. } if self.is_recovery() => {
                chrome.t("second-recovery-wrong")
            }
            SecondFactorFieldError::Wrong { check_clock: false } => chrome.t("second-wrong"),
            SecondFactorFieldError::Wrong { check_clock: true } => chrome.t("second-clock"),
            SecondFactorFieldError::Wait { seconds } => {
                chrome.tn("too-many-tries", "minutes", minutes(seconds))
            }
            SecondFactorFieldError::Locked => chrome.t("second-locked"),
            SecondFactorFieldError::Passkey => chrome.t("passkey-rejected"),
        })
    }

    fn code_error(&self) -> Option<String> {
        let of_code = self.problem != Some(SecondFactorFieldError::Passkey);
        of_code.then(|| self.error()).flatten()
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let of_code = self.problem != Some(SecondFactorFieldError::Passkey);
        let field = if of_code { "code" } else { "" };
        let message = self.error();
        message
            .map(|message| ErrorSummaryItem { field, message })
            .into_iter()
            .collect()
    }
}

impl View for SecondStep {
    const PAGE: &'static str = "second_step";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let plain = Self {
            chrome: Chrome::sample(lang),
            attempt: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            way: CodeSource::App,
            has_app: true,
            passkey: None,
            trust_days: None,
            problem: None,
        };
        let with = |way, problem| Self {
            way,
            problem: Some(problem),
            ..plain.clone()
        };
        let wrong = |check_clock| SecondFactorFieldError::Wrong { check_clock };
        vec![
            ("normal", plain.clone()),
            (
                "recovery",
                Self {
                    way: CodeSource::Recovery,
                    app_name: None,
                    ..plain.clone()
                },
            ),
            (
                "both",
                Self {
                    trust_days: Some(30),
                    passkey: Some(PasskeyPrompt::sample()),
                    ..plain.clone()
                },
            ),
            (
                "passkey",
                Self {
                    passkey: Some(PasskeyPrompt::sample()),
                    has_app: false,
                    ..plain.clone()
                },
            ),
            (
                "passkey-rejected",
                Self {
                    passkey: Some(PasskeyPrompt::sample()),
                    has_app: false,
                    problem: Some(SecondFactorFieldError::Passkey),
                    ..plain.clone()
                },
            ),
            (
                "missing",
                with(CodeSource::App, SecondFactorFieldError::Missing),
            ),
            ("wrong", with(CodeSource::App, wrong(false))),
            ("clock", with(CodeSource::App, wrong(true))),
            ("recovery-wrong", with(CodeSource::Recovery, wrong(true))),
            (
                "wait",
                with(
                    CodeSource::App,
                    SecondFactorFieldError::Wait { seconds: 270 },
                ),
            ),
            (
                "locked",
                with(CodeSource::App, SecondFactorFieldError::Locked),
            ),
        ]
    }
}
