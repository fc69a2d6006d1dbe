//! The registration page (`/register`).

use super::field_error::{AccountFields, password_hint};
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
