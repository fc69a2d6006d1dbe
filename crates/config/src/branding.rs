//! `[branding]`: the name shown to users.

use super::key::Kind;

section! {
    pub struct Branding in "branding" {
        /// Site name shown on every page.
        name: String = Kind::Text.default("Doorward");
    }
}
