//! The second step of a sign-in (`/login/2fa`).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, Problem};
use super::passkeys::PasskeyPrompt;
use super::problem::minutes;
use super::view::View;

/// What the code comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// The authenticator app.
    #[default]
    App,
    /// The saved recovery codes.
    Recovery,
}

impl Way {
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
pub enum SecondStepProblem {
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
    pub way: Way,
    /// Whether the person has an authenticator app.
    pub has_app: bool,
    /// What asks for one of their passkeys; none without one.
    pub passkey: Option<PasskeyPrompt>,
    /// For how many days the browser may be trusted; none where it may not.
    pub trust_days: Option<i64>,
    /// Why the last try failed.
    pub problem: Option<SecondStepProblem>,
}

impl SecondStep {
    fn trust_label(&self) -> Option<String> {
        let days = self.trust_days?;
        Some(self.chrome.tn("second-trust", "days", days))
    }

    fn is_recovery(&self) -> bool {
        self.way == Way::Recovery
    }

    fn heading(&self) -> String {
        self.chrome.t(match self.way {
            Way::App if !self.has_app => "second-passkey-title",
            Way::App => "second-title",
            Way::Recovery => "second-recovery-title",
        })
    }

    fn error(&self) -> Option<String> {
        let chrome = &self.chrome;
        self.problem.map(|problem| match problem {
            SecondStepProblem::Missing => chrome.t("second-missing"),
            SecondStepProblem::Wrong { .. } if self.is_recovery() => {
                chrome.t("second-recovery-wrong")
            }
            SecondStepProblem::Wrong { check_clock: false } => chrome.t("second-wrong"),
            SecondStepProblem::Wrong { check_clock: true } => chrome.t("second-clock"),
            SecondStepProblem::Wait { seconds } => {
                chrome.tn("too-many-tries", "minutes", minutes(seconds))
            }
            SecondStepProblem::Locked => chrome.t("second-locked"),
            SecondStepProblem::Passkey => chrome.t("passkey-rejected"),
        })
    }

    fn code_error(&self) -> Option<String> {
        let of_code = self.problem != Some(SecondStepProblem::Passkey);
        of_code.then(|| self.error()).flatten()
    }

    fn problems(&self) -> Vec<Problem> {
        let of_code = self.problem != Some(SecondStepProblem::Passkey);
        let field = if of_code { "code" } else { "" };
        let message = self.error();
        message
            .map(|message| Problem { field, message })
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
            way: Way::App,
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
        let wrong = |check_clock| SecondStepProblem::Wrong { check_clock };
        vec![
            ("normal", plain.clone()),
            (
                "recovery",
                Self {
                    way: Way::Recovery,
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
                    problem: Some(SecondStepProblem::Passkey),
                    ..plain.clone()
                },
            ),
            ("missing", with(Way::App, SecondStepProblem::Missing)),
            ("wrong", with(Way::App, wrong(false))),
            ("clock", with(Way::App, wrong(true))),
            ("recovery-wrong", with(Way::Recovery, wrong(true))),
            (
                "wait",
                with(Way::App, SecondStepProblem::Wait { seconds: 270 }),
            ),
            ("locked", with(Way::App, SecondStepProblem::Locked)),
        ]
    }
}
