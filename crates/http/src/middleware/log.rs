//! The access log: one line per request, never with the query, which may contain codes and hints,
//! and never with a token: only the IDs of the user and the client.

use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use doorward_http_common::user_agent;
use tracing::Span;

use crate::request::arrival::{Arrival, Identity};

const MAX_PATH: usize = 256;

/// The data of a log line that is known when the request arrives.
pub(super) struct Entry {
    method: String,
    path: String,
    ip: String,
    user_agent: String,
    request_id: String,
    started: Instant,
}

impl Entry {
    pub fn new(request: &ServiceRequest, callback: &Arrival, started: Instant) -> Self {
        Self {
            method: request.method().as_str().chars().take(16).collect(),
            // A path contains no control character: the parser rejects unescaped ones.
            path: request.path().chars().take(MAX_PATH).collect(),
            ip: callback.ip.map(|ip| ip.to_string()).unwrap_or_default(),
            user_agent: user_agent::from_headers(request.headers()),
            request_id: callback.request_id.clone(),
            started,
        }
    }

    /// Returns a span with the request ID for everything logged during the handler.
    pub fn span(&self) -> Span {
        tracing::info_span!("request", request_id = self.request_id)
    }

    /// Returns the method as sent, truncated if long.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the time since the request arrived.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Writes the line; user and client are absent if no request handler has authenticated them.
    pub fn write(&self, status: StatusCode, identity: &Identity) {
        let Self {
            method,
            path,
            ip,
            user_agent,
            request_id,
            started,
        } = self;
        let user = identity.user.as_deref();
        let client = identity.client.as_deref();
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = status.as_u16();
        tracing::info!(
            target: "doorward::access",
            method, path, status, ms, ip, user, client, user_agent, request_id
        );
    }
}
