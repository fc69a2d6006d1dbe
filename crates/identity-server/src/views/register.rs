//! The registration page (`/register`).

use askama::Template;

use super::View;
use super::chrome::Chrome;
use super::problem::{
    AccountFields, EmailProblem, FormProblem, PasswordProblem, SimilarTo, UsernameProblem,
    password_hint,
};
use crate::i18n::Lang;

/// `GET|POST /register`. Fields: `csrf`, `flow`, `username`, `email`, `password`,
/// `password_confirm`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/register.html")]
pub struct Register {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction id; empty without one.
    pub flow: String,
    /// The app that asked for the sign-in.
    pub app_name: Option<String>,
    /// What was typed, and what was wrong with it.
    pub fields: AccountFields,
    /// The least number of characters of a password.
    pub min_length: usize,
}

impl Register {
    fn password_hint(&self) -> String {
        password_hint(&self.chrome, self.min_length)
    }
}

impl View for Register {
    const PAGE: &'static str = "register";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |fields| Self {
            chrome: Chrome::sample(lang),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            fields,
            min_length: 12,
        };
        let typed = AccountFields {
            username: "alice".to_owned(),
            email: "alice@example".to_owned(),
            ..AccountFields::default()
        };
        let password = |problem| {
            page(AccountFields {
                password_problem: Some(problem),
                ..typed.clone()
            })
        };
        let username = |problem| {
            page(AccountFields {
                username_problem: Some(problem),
                ..typed.clone()
            })
        };
        let email = |problem| {
            page(AccountFields {
                email_problem: Some(problem),
                ..typed.clone()
            })
        };
        vec![
            ("normal", page(AccountFields::default())),
            (
                "several",
                page(AccountFields {
                    username_problem: Some(UsernameProblem::Taken),
                    email_problem: Some(EmailProblem::Invalid),
                    password_problem: Some(PasswordProblem::TooShort { min: 12 }),
                    password_mismatch: true,
                    ..typed.clone()
                }),
            ),
            (
                "empty",
                page(AccountFields {
                    username_problem: Some(UsernameProblem::Missing),
                    email_problem: Some(EmailProblem::Missing),
                    password_problem: Some(PasswordProblem::Missing),
                    ..AccountFields::default()
                }),
            ),
            ("username-invalid", username(UsernameProblem::Invalid)),
            ("username-reserved", username(UsernameProblem::Reserved)),
            ("email-taken", email(EmailProblem::Taken)),
            ("too-long", password(PasswordProblem::TooLong)),
            ("numeric", password(PasswordProblem::NumericOnly)),
            ("common", password(PasswordProblem::Common)),
            ("guessable", password(PasswordProblem::TooGuessable)),
            (
                "like-username",
                password(PasswordProblem::TooSimilar {
                    to: SimilarTo::Username,
                }),
            ),
            (
                "like-email",
                password(PasswordProblem::TooSimilar {
                    to: SimilarTo::Email,
                }),
            ),
            (
                "like-name",
                password(PasswordProblem::TooSimilar {
                    to: SimilarTo::Name,
                }),
            ),
            (
                "like-site",
                password(PasswordProblem::TooSimilar {
                    to: SimilarTo::Site,
                }),
            ),
            (
                "busy",
                page(AccountFields {
                    form_problem: Some(FormProblem::Busy),
                    ..typed.clone()
                }),
            ),
        ]
    }
}
