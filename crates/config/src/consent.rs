//! `[consent]`: what people are asked before an app gets access.

use doorward_protocol::scope::Scope;
use serde::{Deserialize, Serialize};

use super::key::{DAY, HOUR, Key, Kind};

/// The consent page, for every app that is not the operator's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// How long a consent counts, in seconds; none: until it is removed.
    pub lifetime: Option<i64>,
    /// The scopes that people may leave out, whoever asks for them.
    pub optional_scopes: Vec<String>,
}

impl Consent {
    /// The scopes that people may leave out.
    pub fn optional(&self) -> Scope {
        self.optional_scopes.iter().collect()
    }
}

/// The keys of `[consent]`.
pub const KEYS: &[Key] = &[
    Key::optional(
        "consent.lifetime",
        Kind::Duration {
            min: HOUR,
            max: 3650 * DAY,
        },
        "How long it counts that a person allowed an app something. Then its refresh tokens end, and \
         it has to ask again. When not set: until the person removes it. An app may be registered \
         with a time of its own (`doorward client create --consent-days`).",
    ),
    Key::new(
        "consent.optional_scopes",
        Kind::StringList,
        "",
        "Scopes that people may leave out on the consent page, whichever app asks: each has a box, \
         and none is ticked. An app may be registered with more (`doorward client create \
         --optional-scope`). Never `openid`.",
    ),
];
