//! `[api]`: the account API of the operator's own apps.

use serde::{Deserialize, Serialize};

use super::key::{DAY, HOUR, Key, Kind};

/// The account API.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The first-party client of a request that names none.
    pub default_client: Option<String>,
    /// How long a refresh token of this API lives if it is not used.
    pub refresh_ttl: i64,
}

/// The keys of `[api]`.
pub const KEYS: &[Key] = &[
    Key::optional(
        "api.default_client",
        Kind::Text,
        "The first-party client of requests to `/api/auth/…` that name none. It has to be a public \
         one. When not set, such requests are refused. In `dev`: the demo client.",
    ),
    Key::new(
        "api.refresh_ttl",
        Kind::Duration {
            min: HOUR,
            max: 90 * DAY,
        },
        "1d",
        "How long a refresh token of `/api/auth/…` lives if it is not used. Each use begins it anew, \
         at the longest until the session ends.",
    ),
];
