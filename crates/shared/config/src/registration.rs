//! `[registration]`: self-registration of users.

use super::key::{Kind, ObjectKind};

section! {
    pub struct Registration in "registration" {
        /// Enables self-registration of users at `/register`. `false`: accounts are created with
        /// `doorward user create`.
        enabled: bool = Kind::Boolean.default("true");
        /// Requires users to verify their e-mail address before they can do anything else. Unset:
        /// `true` if `mail.smtp_url` is set, `false` in `dev`.
        verify_email: Option<bool> = Kind::Boolean.unset();
        /// Roles assigned to every self-registered account. In `dev`: `developer`.
        roles: Vec<String> = Kind::StringList.default("").naming(ObjectKind::Role);
    }
}
