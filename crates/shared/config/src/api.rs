//! `[api]`: the account API for first-party clients.

use super::key::{DAY, HOUR, Kind, ObjectKind};

section! {
    pub struct Api in "api" {
        /// Client ID of the first-party client for requests to `/api/auth/…` without one. It must
        /// be a public client. Unset: such requests are rejected. In `dev`: the demo client.
        default_client: Option<String> = Kind::Text.unset().naming(ObjectKind::Client);
        /// Idle timeout of a refresh token of `/api/auth/…`. Each use restarts it; the token never
        /// outlives the session.
        refresh_ttl: i64 = Kind::Duration(HOUR, 90 * DAY).default("1d");
    }
}
