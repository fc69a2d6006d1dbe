//! Creation of the first administrator (`/setup`, once).

use super::field_error::{AccountFields, password_hint};
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
