//! `[metrics]`: metrics for Prometheus.

use std::net::SocketAddr;

use super::key::Kind;

/// Default address of the metrics listener.
pub const LISTEN: &str = "127.0.0.1:9464";

section! {
    pub struct Metrics in "metrics" {
        /// Enables `GET /metrics` of `doorward serve`, in the text format of Prometheus, on a
        /// separate listener.
        enabled: bool = Kind::Boolean.default("true");
        /// Address and port of the metrics listener. It requires no authentication: make it
        /// reachable only for your monitoring. If the default address is in use, the server starts
        /// without metrics and logs a warning; an address set explicitly must be free.
        listen: SocketAddr = Kind::Socket.default(LISTEN);
    }
}

impl Metrics {
    pub fn is_default_address(&self) -> bool {
        LISTEN.parse() == Ok(self.listen)
    }
}
