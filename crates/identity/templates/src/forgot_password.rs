//! The page for forgotten passwords (`/forgot-password`).

use super::prelude::*;

/// `GET|POST /forgot-password`. Fields: `csrf`, `identifier`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/forgot.html")]
pub struct Forgot {
    pub layout: Layout,
    pub flow: String,
    /// True if the field was left empty.
    pub missing: bool,
}

impl Forgot {
    fn error(&self) -> Option<String> {
        self.missing
            .then(|| self.layout.t("login-missing-identifier"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        summarize([("identifier", self.error())])
    }
}
