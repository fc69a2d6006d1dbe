//! One line for each request: never the query, which may carry codes and hints (SECURITY LG-3).

use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use tracing::Span;

use crate::request::arrival::Arrival;

const MAX_PATH: usize = 256;

/// The line, as far as it is known when the request arrives.
pub(super) struct Entry {
    method: String,
    path: String,
    ip: String,
    request_id: String,
    started: Instant,
}

impl Entry {
    pub fn new(request: &ServiceRequest, arrival: &Arrival, started: Instant) -> Self {
        Self {
            method: request.method().as_str().chars().take(16).collect(),
            // A path holds no control character: the parser refuses them unescaped.
            path: request.path().chars().take(MAX_PATH).collect(),
            ip: arrival.ip.map(|ip| ip.to_string()).unwrap_or_default(),
            request_id: arrival.request_id.clone(),
            started,
        }
    }

    /// Everything that is logged while the handler runs carries the request id.
    pub fn span(&self) -> Span {
        tracing::info_span!("request", request_id = self.request_id)
    }

    /// The method as it was sent, cut off where it is long.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// How long the request has been here.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Writes the line.
    pub fn write(&self, status: StatusCode) {
        let Self {
            method,
            path,
            ip,
            request_id,
            started,
        } = self;
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = status.as_u16();
        tracing::info!(target: "doorward::access", method, path, status, ms, ip, request_id);
    }
}
