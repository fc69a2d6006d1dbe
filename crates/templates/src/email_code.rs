//! Signing in with a mailed code (`/login/email`): who it is, and the code.

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::view::View;

/// `GET|POST /login/email`. Fields: `csrf`, `flow`, `next`, `identifier`, `remember=on`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/email_ask.html")]
pub struct EmailAsk {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction id; empty without one.
    pub flow: String,
    /// The page of the account that it leads to; empty for the account itself.
    pub next: String,
    /// The app that asked for the sign-in.
    pub app_name: Option<String>,
    /// Whether "Keep me signed in" is ticked.
    pub remember: bool,
    /// Whether the field was left empty.
    pub missing: bool,
}

impl EmailAsk {
    fn error(&self) -> Option<String> {
        self.missing
            .then(|| self.chrome.t("login-missing-identifier"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = |message| ErrorSummaryItem {
            field: "identifier",
            message,
        };
        self.error().map(problem).into_iter().collect()
    }
}

impl View for EmailAsk {
    const PAGE: &'static str = "email_ask";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |missing| Self {
            chrome: Chrome::sample(lang),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            next: String::new(),
            app_name: Some("Photo Album".to_owned()),
            remember: missing,
            missing,
        };
        let bare = Self {
            flow: String::new(),
            next: "/account/security/2fa".to_owned(),
            app_name: None,
            ..page(false)
        };
        vec![
            ("normal", page(false)),
            ("bare", bare),
            ("missing", page(true)),
        ]
    }
}

/// Why the last code did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailCodeProblem {
    /// Nothing was typed.
    Missing,
    /// Not the one that was mailed last, if any was.
    Wrong,
}

/// `GET|POST /login/email` of a sign-in that waits. Fields: `csrf`, `attempt`, `code`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/email_code.html")]
pub struct EmailCode {
    /// What every page needs.
    pub chrome: Chrome,
    /// Names the waiting sign-in.
    pub attempt: String,
    /// The app that asked for the sign-in.
    pub app_name: Option<String>,
    /// What begins it once more, as a query; empty or with its question mark.
    pub again: String,
    /// Why the last try failed.
    pub problem: Option<EmailCodeProblem>,
}

impl EmailCode {
    fn error(&self) -> Option<String> {
        self.problem.map(|problem| {
            self.chrome.t(match problem {
                EmailCodeProblem::Missing => "second-missing",
                EmailCodeProblem::Wrong => "email-code-wrong",
            })
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = |message| ErrorSummaryItem {
            field: "code",
            message,
        };
        self.error().map(problem).into_iter().collect()
    }
}

impl View for EmailCode {
    const PAGE: &'static str = "email_code";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |problem| Self {
            chrome: Chrome::sample(lang),
            attempt: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            again: "?flow=Zk3s9QyV0cX1bT7m".to_owned(),
            problem,
        };
        let bare = Self {
            app_name: None,
            again: String::new(),
            ..page(None)
        };
        vec![
            ("normal", page(None)),
            ("bare", bare),
            ("missing", page(Some(EmailCodeProblem::Missing))),
            ("wrong", page(Some(EmailCodeProblem::Wrong))),
        ]
    }
}
