//! `[limits]`: rate limits and tolerated failures.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// One factor over every limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Multiplies every limit and every tolerated failure count; 1 in production.
    pub multiplier: f64,
}

/// The keys of `[limits]`.
pub const KEYS: &[Key] = &[Key::new(
    "limits.multiplier",
    Kind::Ratio {
        min: 0.1,
        max: 1_000_000.0,
    },
    "1",
    "Multiplies every limit and every tolerated failure count, for load and acceptance runs. \
     `config check` warns above 1.",
)];
