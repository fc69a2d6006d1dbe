//! `[branding]`: how the pages call themselves.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// What people see.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// The site's name on every page.
    pub name: String,
}

/// The keys of `[branding]`.
pub const KEYS: &[Key] = &[Key::new(
    "branding.name",
    Kind::Text,
    "Doorward",
    "The site's name, shown on every page.",
)];
