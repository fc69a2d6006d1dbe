//! What the middleware finds out about a request and keeps in its extensions.

use std::net::IpAddr;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpMessage as _, HttpRequest};

use doorward_services::caller::Caller;

const MAX_USER_AGENT: usize = 255;

/// What is known of a request when it arrives; kept in its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// The id of the request.
    pub request_id: String,
    /// The address of the client.
    pub ip: Option<IpAddr>,
    /// Whether a trusted proxy sent it.
    pub by_proxy: bool,
}

/// The organization whose host a request names; kept in its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Tenant(pub String);

/// The organization whose host this request names.
pub fn tenant(request: &HttpRequest) -> Option<String> {
    let named = request.extensions().get::<Tenant>().cloned();
    named.map(|Tenant(slug)| slug)
}

/// That a request names the host where clients show certificates; kept in its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtMtls;

/// Whether this request names the host where clients show certificates (RFC 8705 §5).
pub fn is_at_mtls(request: &HttpRequest) -> bool {
    request.extensions().get::<AtMtls>().is_some()
}

/// Whether a proxy sent this request whose headers are believed (SECURITY HD-1).
pub fn is_from_proxy(request: &HttpRequest) -> bool {
    let arrival = request.extensions();
    arrival.get::<Arrival>().is_some_and(|one| one.by_proxy)
}

/// The remote end of a request, as the middleware found it.
pub fn caller(request: &HttpRequest) -> Caller {
    let arrival = request.extensions().get::<Arrival>().cloned();
    let (request_id, ip) = arrival.map_or_else(Default::default, |a| (a.request_id, a.ip));
    let sent = request.headers().get(USER_AGENT);
    let user_agent = sent
        .map(|value| shorten(value.as_bytes()))
        .unwrap_or_default();
    Caller {
        ip,
        user_agent,
        request_id,
        ..Caller::default()
    }
}

/// At most [`MAX_USER_AGENT`] bytes, whole characters, none that controls a terminal (LG-2).
pub(crate) fn shorten(bytes: &[u8]) -> String {
    let mut text: String = String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let mut end = text.len().min(MAX_USER_AGENT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
