//! `[logging]`: what is written to standard error.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `pretty` on a terminal in `dev`, else `json`.
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}

/// Logging.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// The shape of a line.
    pub format: LogFormat,
    /// A filter as `tracing` reads it: `info`, or `info,doorward_store=debug`.
    pub level: String,
}

/// The keys of `[logging]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "logging.format",
        Kind::OneOf(&["auto", "json", "pretty"]),
        "auto",
        "`json`: one object a line; `pretty`: for people; `auto`: `pretty` on a terminal in \
         `dev`, else `json`.",
    ),
    Key::new(
        "logging.level",
        Kind::Text,
        "info",
        "`error`, `warn`, `info`, `debug`, `trace`, or a filter such as \
         `info,doorward_store=debug`. No level writes secrets. `RUST_LOG` in the environment \
         says it instead.",
    ),
];
