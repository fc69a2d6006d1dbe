//! `[registration]`: whether people may create their own accounts.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Self-registration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Whether `/register` exists and the sign-in page links to it.
    pub enabled: bool,
    /// Roles that every self-registered account is given; one that does not exist is left out.
    pub roles: Vec<String>,
}

/// The keys of `[registration]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "registration.enabled",
        Kind::Flag,
        "true",
        "Whether people may create their own accounts at `/register`. With `false`, accounts come \
         from `doorward user create`.",
    ),
    Key::new(
        "registration.roles",
        Kind::Words,
        "",
        "Roles that every self-registered account is given. In `dev`: `developer`.",
    ),
];
