//! `[limits]`: rate limits and tolerated failures.

use std::collections::BTreeMap;

use doorward_rules::limits::rate_limit::{self, Hourly};

use super::key::{Kind, ObjectKind};

section! {
    pub struct Limits in "limits" {
        /// Factor of every limit and every tolerated failure count, for load and acceptance runs.
        /// `config check` warns above 1.
        multiplier: f64 = Kind::Ratio(0.1, 1_000_000.0).default("1");
        /// Maximum number of hourly requests to the JSON API from one address (IPv6: from one /64)
        /// without a token.
        anonymous_per_hour: u64 = PER_HOUR.default("100");
        /// Maximum number of hourly requests to the JSON API for one account, over all its devices.
        account_per_hour: u64 = PER_HOUR.default("1000");
        /// Maximum number of hourly requests for accounts with a role, in place of
        /// `limits.account_per_hour`: `{ admin = 5000 }`, or `admin=5000` in the environment. The
        /// highest number among an account's roles applies.
        roles: Vec<String> = Kind::Counts.default("").naming(ObjectKind::Role);
        /// Maximum time until the body of a request has arrived; each 64 KiB received extends it by
        /// one second. Slower requests are answered with 408 and the connection is closed.
        body_timeout: i64 = Kind::Duration(1, 600).default("10s");
        /// Maximum number of sessions of a user that have not ended. A sign-in beyond it ends the
        /// oldest.
        sessions_per_user: u64 = Kind::Number(1, 10_000).default("500");
        /// Maximum number of refresh tokens of a user and client, each with the tokens that follow
        /// it. A new one ends the oldest. Opaque access tokens of a user and client have the same
        /// limit, and grants without a refresh token ten times as much.
        grants_per_client: u64 = Kind::Number(1, 10_000).default("100");
        /// Maximum number of sign-ins that were begun and have not expired, also of pushed
        /// authorization requests and of device requests. Beyond it, new requests of browsers
        /// without a session, new pushed requests and new device requests are answered with 503
        /// until others expire.
        open_requests: u64 = Kind::Number(100, 100_000_000).default("200000");
    }
}

impl Limits {
    /// Returns a maximum number of rows with the multiplier applied.
    pub fn scaled(&self, number: u64) -> u64 {
        rate_limit::scaled(number, self.multiplier)
    }

    /// Returns the hourly limits with parsed roles.
    pub fn hourly(&self) -> Hourly {
        let one = |text: &String| {
            let (role, number) = text.split_once('=')?;
            Some((role.to_owned(), number.parse().ok()?))
        };
        Hourly {
            anonymous: self.anonymous_per_hour,
            account: self.account_per_hour,
            roles: self
                .roles
                .iter()
                .filter_map(one)
                .collect::<BTreeMap<_, _>>(),
        }
    }
}

/// Limits of an hourly number: at least one request, because the API cannot be disabled here.
const PER_HOUR: Kind = Kind::Number(1, 1_000_000_000);
