//! Creation of the first administrator (`/setup`, once).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::Chrome;
use super::field_error::{AccountFields, PasswordFieldError, UsernameProblem, password_hint};
use super::view::View;

/// `GET|POST /setup`. Fields: `csrf`, `token` (from the printed address), `username`, `email`,
/// `password`, `password_confirm`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/setup.html")]
pub struct Setup {
    /// Layout data shared by every page.
    pub chrome: Chrome,
    /// Single-use token from the URL, repeated in the form.
    pub token: String,
    /// Values as typed, with their errors.
    pub fields: AccountFields,
    /// Minimum length of a password.
    pub min_length: usize,
}

impl Setup {
    fn password_hint(&self) -> String {
        password_hint(&self.chrome, self.min_length)
    }
}

impl View for Setup {
    const PAGE: &'static str = "setup";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |fields| Self {
            chrome: Chrome::sample(lang),
            token: "kP3uJ0v6bq1y".to_owned(),
            fields,
            min_length: 15,
        };
        vec![
            ("normal", page(AccountFields::default())),
            (
                "error",
                page(AccountFields {
                    username: "a b".to_owned(),
                    email: "root@example.com".to_owned(),
                    username_problem: Some(UsernameProblem::Invalid),
                    password_problem: Some(PasswordFieldError::Common),
                    ..AccountFields::default()
                }),
            ),
        ]
    }
}
