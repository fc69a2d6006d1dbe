//! `[metrics]`: what is counted, for Prometheus.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Where metrics are served unless somebody says otherwise (DESIGN §4).
pub const LISTEN: &str = "127.0.0.1:9464";

/// Metrics.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Whether `doorward serve` serves them.
    pub enabled: bool,
    /// Where.
    pub listen: SocketAddr,
}

/// The keys of `[metrics]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "metrics.enabled",
        Kind::Boolean,
        "true",
        "Whether `doorward serve` answers `GET /metrics`, in the text format of Prometheus, on a listener of \
         its own.",
    ),
    Key::new(
        "metrics.listen",
        Kind::Socket,
        LISTEN,
        "The address and port of that listener. It asks nobody who they are: keep it where only your own \
         programs come. Where the default is taken by another process, the server starts without metrics \
         and says so; an address of your own has to be free.",
    ),
];

impl Metrics {
    /// Whether the address is the one that nobody chose.
    pub fn is_default_address(&self) -> bool {
        LISTEN.parse() == Ok(self.listen)
    }
}
