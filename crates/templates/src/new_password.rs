//! Choosing a new password: after a mailed link (`/reset-password`), or knowing the former one
//! (`/account/password`).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::field_error::{AccountFields, PasswordFieldError, password_hint};
use super::view::View;

/// How the person proves that the account is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordChangeProof {
    /// By the link that they followed.
    Link,
    /// By the password that they have.
    Current,
}

/// What is wrong with the current password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentProblem {
    /// Left empty.
    Missing,
    /// Not theirs.
    Wrong,
}

impl CurrentProblem {
    /// The sentence to show.
    pub fn message(self, chrome: &Chrome) -> String {
        chrome.t(match self {
            Self::Missing => "current-password-missing",
            Self::Wrong => "current-password-wrong",
        })
    }
}

/// `GET|POST /reset-password` and `/account/password`. Fields: `csrf`, `username` (for password
/// managers), `password`, `password_confirm`; with [`PasswordChangeProof::Current`] also `current_password`,
/// `others=on` and `next`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/new_password.html")]
pub struct NewPassword {
    /// What every page needs.
    pub chrome: Chrome,
    /// How the person proves themselves.
    pub proof: PasswordChangeProof,
    /// Whose password it is.
    pub username: String,
    /// What is wrong with the current password.
    pub current_problem: Option<CurrentProblem>,
    /// What is wrong with the new one.
    pub fields: AccountFields,
    /// The least number of characters.
    pub min_length: usize,
    /// Whether "sign out everywhere else" is ticked.
    pub others: bool,
    /// The page of the account that it leads to; empty for the account home.
    pub next: String,
}

impl NewPassword {
    fn action(&self) -> &'static str {
        match self.proof {
            PasswordChangeProof::Link => "/reset-password",
            PasswordChangeProof::Current => "/account/password",
        }
    }

    fn asks_current(&self) -> bool {
        self.proof == PasswordChangeProof::Current
    }

    fn title(&self) -> String {
        self.chrome.t(match self.proof {
            PasswordChangeProof::Link => "reset-title",
            PasswordChangeProof::Current => "change-password-title",
        })
    }

    fn password_hint(&self) -> String {
        password_hint(&self.chrome, self.min_length)
    }

    fn current_error(&self) -> Option<String> {
        self.current_problem
            .map(|problem| problem.message(&self.chrome))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let current = self.current_error().map(|message| ErrorSummaryItem {
            field: "current_password",
            message,
        });
        let mut all: Vec<ErrorSummaryItem> = current.into_iter().collect();
        all.extend(self.fields.problems(&self.chrome));
        all
    }
}

impl View for NewPassword {
    const PAGE: &'static str = "new-password";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |proof| Self {
            chrome: Chrome::sample(lang),
            proof,
            username: "alice".to_owned(),
            current_problem: None,
            fields: AccountFields::default(),
            min_length: 15,
            others: true,
            next: String::new(),
        };
        let wrong = |problem| Self {
            current_problem: Some(problem),
            ..page(PasswordChangeProof::Current)
        };
        let common = AccountFields {
            password_problem: Some(PasswordFieldError::Common),
            password_mismatch: true,
            ..AccountFields::default()
        };
        vec![
            ("reset", page(PasswordChangeProof::Link)),
            ("change", page(PasswordChangeProof::Current)),
            ("missing", wrong(CurrentProblem::Missing)),
            ("wrong", wrong(CurrentProblem::Wrong)),
            (
                "refused",
                Self {
                    fields: common,
                    ..page(PasswordChangeProof::Link)
                },
            ),
        ]
    }
}
