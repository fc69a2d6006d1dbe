//! `[branding]`: the name shown to users.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    pub name: String,
}

pub const KEYS: &[Key] = &[Key::new(
    "branding.name",
    Kind::Text,
    "Doorward",
    "Site name shown on every page.",
)];
