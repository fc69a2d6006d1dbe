//! `[logging]`: log output on standard error.

use serde::{Deserialize, Serialize};

use super::key::Kind;

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

section! {
    pub struct Logging in "logging" {
        /// Format of log lines. `json`: one object per line; `pretty`: text for reading; `auto`:
        /// `pretty` in `dev`, otherwise `json`.
        format: LogFormat = Kind::OneOf(&["auto", "json", "pretty"]).default("auto");
        /// Log level (`error`, `warn`, `info`, `debug`) or a filter such as
        /// `info,doorward_store=debug`. No level logs secrets. `RUST_LOG` in the environment
        /// overrides it.
        level: String = Kind::Text.default("info");
    }
}
