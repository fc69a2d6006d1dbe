//! `[branding]`: the name shown to users.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Settings of the site's appearance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// Site name on every page.
    pub name: String,
}

/// The keys of `[branding]`.
pub const KEYS: &[Key] = &[Key::new(
    "branding.name",
    Kind::Text,
    "Doorward",
    "Site name shown on every page.",
)];
