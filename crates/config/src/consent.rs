//! `[consent]`: consent for third-party clients.

use doorward_protocol::scope::Scope;
use serde::{Deserialize, Serialize};

use super::key::{DAY, HOUR, Key, Kind, ObjectKind};

/// Settings of the consent page, which every third-party client needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Lifetime of a consent in seconds; `None`: until the user revokes it.
    pub lifetime: Option<i64>,
    pub optional_scopes: Vec<String>,
}

impl Consent {
    /// Returns the scopes that users may deselect.
    pub fn optional(&self) -> Scope {
        self.optional_scopes.iter().collect()
    }
}

pub const KEYS: &[Key] = &[
    Key::optional(
        "consent.lifetime",
        Kind::duration(HOUR, 3650 * DAY),
        "Lifetime of a consent. When it expires, its refresh tokens expire and the client must \
         request consent again. Unset: valid until the user revokes it. Override per client with \
         `doorward client create --consent-days`.",
    ),
    Key::new(
        "consent.optional_scopes",
        Kind::StringList,
        "",
        "Scopes that users may deselect on the consent page, for every client. Each has a \
         checkbox that is initially clear. A client can have more (`doorward client create \
         --optional-scope`). `openid` is not allowed.",
    )
    .naming(ObjectKind::Scope),
];
