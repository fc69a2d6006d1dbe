//! `[limits]`: rate limits and tolerated failures.

use std::collections::BTreeMap;

use doorward_domain::rules::rate_limit::Hourly;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// What may be asked how often; the factor is over every limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Multiplies every limit and every tolerated failure count; 1 in production.
    pub multiplier: f64,
    /// Requests to the JSON API per hour from one address that proves no account.
    pub anonymous_per_hour: u64,
    /// Requests to the JSON API per hour for one account.
    pub account_per_hour: u64,
    /// Requests per hour for one account that holds a role, each as `role=number`.
    pub roles: Vec<String>,
    /// Seconds that a request's body may take to arrive.
    pub body_timeout: i64,
}

impl Limits {
    /// The hourly limits, read.
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

/// At least one request: who wants none at all switches the API off in front of it.
const PER_HOUR: Kind = Kind::Number {
    min: 1,
    max: 1_000_000_000,
};

/// The keys of `[limits]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "limits.multiplier",
        Kind::Ratio {
            min: 0.1,
            max: 1_000_000.0,
        },
        "1",
        "Multiplies every limit and every tolerated failure count, for load and acceptance runs. \
         `config check` warns above 1.",
    ),
    Key::new(
        "limits.anonymous_per_hour",
        PER_HOUR,
        "100",
        "Requests to the JSON API in an hour from one address (of IPv6 its /64) without a token.",
    ),
    Key::new(
        "limits.account_per_hour",
        PER_HOUR,
        "1000",
        "Requests to the JSON API in an hour for one account, over all its devices.",
    ),
    Key::new(
        "limits.roles",
        Kind::Counts,
        "",
        "Requests in an hour for accounts that hold a role, in place of `limits.account_per_hour`: \
         `{ admin = 5000 }`, or `admin=5000` in the environment. Of several roles the highest \
         number counts.",
    ),
    Key::new(
        "limits.body_timeout",
        Kind::Duration { min: 1, max: 600 },
        "10s",
        "How long the body of a request may take to arrive; each 64 KiB of it earn one more second. \
         What is slower is answered with 408 and the connection closed.",
    ),
];
