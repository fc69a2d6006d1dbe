//! The registration page (`/register`).

use super::field_error::{
    AccountFields, EmailProblem, FormProblem, PasswordFieldError, SimilarTo, UsernameProblem,
    password_hint,
};
use super::prelude::*;

/// `GET|POST /register`. Fields: `csrf`, `flow`, `username`, `email`, `password`,
/// `password_confirm`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/register.html")]
pub struct Register {
    pub layout: Layout,
    pub flow: String,
    pub app_name: Option<String>,
    pub fields: AccountFields,
    pub min_length: usize,
}

impl Register {
    fn password_hint(&self) -> String {
        password_hint(&self.layout, self.min_length)
    }
}

impl View for Register {
    const PAGE: &'static str = "register";

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |fields| Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            fields,
            min_length: 15,
        };
        let typed = AccountFields {
            username: "alice".to_owned(),
            email: "alice@example".to_owned(),
            ..AccountFields::default()
        };
        let several = AccountFields {
            username_problem: Some(UsernameProblem::Taken),
            email_problem: Some(EmailProblem::Invalid),
            password_problem: Some(PasswordFieldError::TooShort { min: 12 }),
            password_mismatch: true,
            ..typed.clone()
        };
        let empty = AccountFields {
            username_problem: Some(UsernameProblem::Missing),
            email_problem: Some(EmailProblem::Missing),
            password_problem: Some(PasswordFieldError::Missing),
            ..AccountFields::default()
        };
        let mut all = vec![
            ("normal", page(AccountFields::default())),
            ("several", page(several)),
            ("empty", page(empty)),
        ];
        let mut with = |state, change: fn(&mut AccountFields)| {
            let mut fields = typed.clone();
            change(&mut fields);
            all.push((state, page(fields)));
        };
        with("busy", |f| f.form_problem = Some(FormProblem::Busy));
        with("username-invalid", |f| {
            f.username_problem = Some(UsernameProblem::Invalid);
        });
        with("username-reserved", |f| {
            f.username_problem = Some(UsernameProblem::Reserved);
        });
        with("email-taken", |f| {
            f.email_problem = Some(EmailProblem::Taken);
        });
        with("too-long", |f| {
            f.password_problem = Some(PasswordFieldError::TooLong);
        });
        with("numeric", |f| {
            f.password_problem = Some(PasswordFieldError::NumericOnly);
        });
        with("common", |f| {
            f.password_problem = Some(PasswordFieldError::Common);
        });
        with("guessable", |f| {
            f.password_problem = Some(PasswordFieldError::TooGuessable);
        });
        let similar = [
            ("like-username", SimilarTo::Username),
            ("like-email", SimilarTo::Email),
            ("like-name", SimilarTo::Name),
            ("like-site", SimilarTo::Site),
        ];
        all.extend(similar.map(|(state, to)| {
            let password_problem = Some(PasswordFieldError::TooSimilar { to });
            (
                state,
                page(AccountFields {
                    password_problem,
                    ..typed.clone()
                }),
            )
        }));
        all
    }
}
