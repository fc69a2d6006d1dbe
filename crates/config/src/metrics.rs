//! `[metrics]`: metrics for Prometheus.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Default address of the metrics listener.
pub const LISTEN: &str = "127.0.0.1:9464";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub enabled: bool,
    pub listen: SocketAddr,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "metrics.enabled",
        Kind::Boolean,
        "true",
        "Enables `GET /metrics` of `doorward serve`, in the text format of Prometheus, on a \
         separate listener.",
    ),
    Key::new(
        "metrics.listen",
        Kind::Socket,
        LISTEN,
        "Address and port of the metrics listener. It requires no authentication: make it \
         reachable only for your monitoring. If the default address is in use, the server starts \
         without metrics and logs a warning; an address set explicitly must be free.",
    ),
];

impl Metrics {
    pub fn is_default_address(&self) -> bool {
        LISTEN.parse() == Ok(self.listen)
    }
}
