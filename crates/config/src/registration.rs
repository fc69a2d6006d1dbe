//! `[registration]`: self-registration of users.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind, ObjectKind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    pub enabled: bool,
    /// True if the address must be verified before anything else; `None`: true if mail is sent.
    pub verify_email: Option<bool>,
    /// Roles assigned to every self-registered account; unknown roles are ignored.
    pub roles: Vec<String>,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "registration.enabled",
        Kind::Boolean,
        "true",
        "Enables self-registration of users at `/register`. `false`: accounts are created with \
         `doorward user create`.",
    ),
    Key::optional(
        "registration.verify_email",
        Kind::Boolean,
        "Requires users to verify their e-mail address before they can do anything else. Unset: \
         `true` if `mail.smtp_url` is set, `false` in `dev`.",
    ),
    Key::new(
        "registration.roles",
        Kind::StringList,
        "",
        "Roles assigned to every self-registered account. In `dev`: `developer`.",
    )
    .naming(ObjectKind::Role),
];
