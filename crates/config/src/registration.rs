//! `[registration]`: whether people may create their own accounts.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Self-registration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Whether `/register` exists and the sign-in page links to it.
    pub enabled: bool,
    /// Whether the address has to be proved before anything else; none: where mails are sent.
    pub verify_email: Option<bool>,
    /// Roles that every self-registered account is given; one that does not exist is left out.
    pub roles: Vec<String>,
}

/// The keys of `[registration]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "registration.enabled",
        Kind::Boolean,
        "true",
        "Whether people may create their own accounts at `/register`. With `false`, accounts come \
         from `doorward user create`.",
    ),
    Key::optional(
        "registration.verify_email",
        Kind::Boolean,
        "Whether people must prove that they read their address before they can do anything else. \
         When not set: `true` where `mail.smtp_url` is set, `false` in `dev`.",
    ),
    Key::new(
        "registration.roles",
        Kind::StringList,
        "",
        "Roles that every self-registered account is given. In `dev`: `developer`.",
    ),
];
