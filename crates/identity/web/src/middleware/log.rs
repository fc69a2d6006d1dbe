//! The access log: one line per request, never with the query, which may contain codes and hints,
//! and never with a token: only the IDs of the user and the client.

use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderValue, USER_AGENT};
use actix_web::http::{Method, StatusCode, Uri};
use doorward_http_common::user_agent;
use tracing::Span;

use crate::cors;
use crate::request::received_request::{Identity, ReceivedRequest};

/// Maximum length of a logged path in characters.
const MAX_PATH: usize = 256;
/// Maximum length of a logged method in characters.
const MAX_METHOD: usize = 16;

/// The data of a log line that is known when the request arrives.
pub(super) struct Entry {
    method: Method,
    uri: Uri,
    user_agent: Option<HeaderValue>,
    started: Instant,
}

impl Entry {
    pub fn new(request: &ServiceRequest, started: Instant) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            user_agent: request.headers().get(USER_AGENT).cloned(),
            started,
        }
    }

    /// Returns a span with the request ID for everything logged during the handler. Public documents
    /// need none: nothing is logged about their requests, except errors with the request ID.
    pub fn span(&self, received_request: &ReceivedRequest) -> Span {
        if cors::is_public(self.path()) {
            return Span::none();
        }
        tracing::info_span!("request", request_id = &*received_request.request_id)
    }

    /// Returns the method as sent.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    pub fn path(&self) -> &str {
        self.uri.path()
    }

    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Writes the line; user and client are absent if no request handler has authenticated them.
    pub fn write(
        &self,
        status: StatusCode,
        received_request: &ReceivedRequest,
        identity: &Identity,
    ) {
        let method = truncate(self.method(), MAX_METHOD);
        // A path contains no control character: the parser rejects unescaped ones.
        let path = truncate(self.path(), MAX_PATH);
        let ip = received_request
            .ip
            .map(|ip| ip.to_string())
            .unwrap_or_default();
        let user_agent = user_agent::from_value(self.user_agent.as_ref());
        let user_agent = &*user_agent;
        let request_id = &*received_request.request_id;
        let user = identity.user.as_deref();
        let client = identity.client.as_deref();
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = status.as_u16();
        tracing::info!(
            target: "doorward::access",
            method, path, status, ms, ip, user, client, user_agent, request_id
        );
    }
}

fn truncate(text: &str, max: usize) -> &str {
    let end = text.char_indices().nth(max);
    end.map_or(text, |(end, _)| text.split_at(end).0)
}
