//! Sign-in with a mailed code (`/login/email`): the identifier, and the code.

use super::prelude::*;

/// `GET|POST /login/email`. Fields: `csrf`, `flow`, `next`, `identifier`, `remember=on`.
#[derive(Clone, Debug, Default, Template)]
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

words! {
    /// A reason why the last code did not sign in.
    pub enum EmailCodeProblem {
        Missing = "second-missing",
        /// The code is not the one mailed last, or none was mailed.
        Wrong = "email-code-wrong",
    }
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
        self.layout.t_of(self.problem.map(EmailCodeProblem::as_str))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        summarize([("code", self.error())])
    }
}
