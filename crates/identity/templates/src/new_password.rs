//! Choice of a new password: after a mail link (`/reset-password`), or with the current one
//! (`/account/password`).

use super::field_error::{AccountFields, password_hint};
use super::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordChangeProof {
    Link,
    Current,
}

words! {
    /// A reason why the current password was rejected.
    pub enum CurrentProblem {
        Missing = "current-password-missing",
        Wrong = "current-password-wrong",
    }
}

/// `GET|POST /reset-password` and `/account/password`. Fields: `csrf`, `username` (for password
/// managers), `password`, `password_confirm`; with [`PasswordChangeProof::Current`] also
/// `current_password`, `others=on` and `next`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/new_password.html")]
pub struct NewPassword {
    pub layout: Layout,
    pub flow: String,
    pub proof: PasswordChangeProof,
    pub username: String,
    pub current_problem: Option<CurrentProblem>,
    pub fields: AccountFields,
    pub min_length: usize,
    /// True if "sign out everywhere else" is checked.
    pub others: bool,
    /// Account page to open afterwards; empty for the account home.
    pub next: String,
}

impl NewPassword {
    fn action(&self) -> &'static str {
        match self.proof {
            PasswordChangeProof::Link => "/reset-password",
            PasswordChangeProof::Current => "/account/password",
        }
    }

    fn requires_current(&self) -> bool {
        self.proof == PasswordChangeProof::Current
    }

    fn title(&self) -> String {
        self.layout.t(match self.proof {
            PasswordChangeProof::Link => "reset-title",
            PasswordChangeProof::Current => "change-password-title",
        })
    }

    fn password_hint(&self) -> String {
        password_hint(&self.layout, self.min_length)
    }

    fn current_error(&self) -> Option<String> {
        self.layout
            .t_of(self.current_problem.map(CurrentProblem::as_str))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let mut all = summarize([("current_password", self.current_error())]);
        all.extend(self.fields.problems(&self.layout));
        all
    }
}
