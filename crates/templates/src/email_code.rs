//! Sign-in with a mailed code (`/login/email`): the identifier, and the code.

use super::prelude::*;

/// `GET|POST /login/email`. Fields: `csrf`, `flow`, `next`, `identifier`, `remember=on`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/email_ask.html")]
pub struct EmailCodeForm {
    pub layout: Layout,
    pub flow: String,
    /// Account page to open after sign-in; empty for the account home.
    pub next: String,
    pub app_name: Option<String>,
    /// True if "Keep me signed in" is checked.
    pub remember: bool,
    /// True if the field was left empty.
    pub missing: bool,
}

impl EmailCodeForm {
    fn error(&self) -> Option<String> {
        self.missing
            .then(|| self.layout.t("login-missing-identifier"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        summarize([("identifier", self.error())])
    }
}

impl View for EmailCodeForm {
    const PAGE: &'static str = "email_ask";

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |missing| Self {
            layout: layout.clone(),
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

/// A reason why the last code did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailCodeProblem {
    Missing,
    /// The code is not the one mailed last, or none was mailed.
    Wrong,
}

/// `GET|POST /login/email` of a pending sign-in. Fields: `csrf`, `attempt`, `code`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/email_code.html")]
pub struct EmailCode {
    pub layout: Layout,
    pub flow: String,
    pub attempt: String,
    pub app_name: Option<String>,
    /// Query that starts the sign-in again; empty, or with its question mark.
    pub again: String,
    pub problem: Option<EmailCodeProblem>,
}

impl EmailCode {
    fn error(&self) -> Option<String> {
        self.problem.map(|problem| {
            self.layout.t(match problem {
                EmailCodeProblem::Missing => "second-missing",
                EmailCodeProblem::Wrong => "email-code-wrong",
            })
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        summarize([("code", self.error())])
    }
}

impl View for EmailCode {
    const PAGE: &'static str = "email_code";

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |problem| Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
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
