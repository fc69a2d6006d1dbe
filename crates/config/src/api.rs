//! `[api]`: the account API for first-party clients.

use serde::{Deserialize, Serialize};

use super::key::{DAY, HOUR, Key, Kind, ObjectKind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// Client ID of the first-party client for requests without one.
    pub default_client: Option<String>,
    pub refresh_ttl: i64,
}

pub const KEYS: &[Key] = &[
    Key::optional(
        "api.default_client",
        Kind::Text,
        "Client ID of the first-party client for requests to `/api/auth/…` without one. It must \
         be a public client. Unset: such requests are rejected. In `dev`: the demo client.",
    )
    .naming(ObjectKind::Client),
    Key::new(
        "api.refresh_ttl",
        Kind::duration(HOUR, 90 * DAY),
        "1d",
        "Idle timeout of a refresh token of `/api/auth/…`. Each use restarts it; the token never \
         outlives the session.",
    ),
];
