//! `[logging]`: log output on standard error.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `pretty` in `dev`, else `json`.
    Auto,
    /// A JSON object per line.
    Json,
    /// Text for reading in a terminal.
    Pretty,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    pub format: LogFormat,
    pub level: String,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "logging.format",
        Kind::OneOf(&["auto", "json", "pretty"]),
        "auto",
        "Format of log lines. `json`: one object per line; `pretty`: text for reading; `auto`: \
         `pretty` in `dev`, otherwise `json`.",
    ),
    Key::new(
        "logging.level",
        Kind::Text,
        "info",
        "Log level (`error`, `warn`, `info`, `debug`, `trace`) or a filter such as \
         `info,doorward_store=debug`. No level logs secrets. `RUST_LOG` in the environment \
         overrides it.",
    ),
];
