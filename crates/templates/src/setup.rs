//! Creation of the first administrator (`/setup`, once).

use super::field_error::{AccountFields, PasswordFieldError, UsernameProblem, password_hint};
use super::prelude::*;

/// `GET|POST /setup`. Fields: `csrf`, `token` (from the printed address), `username`, `email`,
/// `password`, `password_confirm`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/setup.html")]
pub struct Setup {
    pub layout: Layout,
    /// Single-use token from the URL, repeated in the form.
    pub token: String,
    pub fields: AccountFields,
    pub min_length: usize,
}

impl Setup {
    fn password_hint(&self) -> String {
        password_hint(&self.layout, self.min_length)
    }
}

impl View for Setup {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let empty = Self {
            layout: layout.clone(),
            token: "kP3uJ0v6bq1y".to_owned(),
            fields: AccountFields::default(),
            min_length: 15,
        };
        empty.in_states([
            ("normal", |_| ()),
            ("error", |page| {
                "a b".clone_into(&mut page.fields.username);
                "root@example.com".clone_into(&mut page.fields.email);
                page.fields.username_problem = Some(UsernameProblem::Invalid);
                page.fields.password_problem = Some(PasswordFieldError::Common);
            }),
        ])
    }
}
