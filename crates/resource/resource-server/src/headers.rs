//! Checks of every request and headers of every response: sizes and security headers for browsers.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::header::HeaderValue;
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use doorward_access::body::asks_for_web_socket;
use doorward_http_common::header;
use doorward_http_common::security_headers::SecurityHeaders;

use crate::address;
use crate::body;
use crate::config::Config;
use crate::problem::Problem;

/// Maximum length of a request URI in bytes.
const URI_LIMIT: usize = 8 * 1024;

/// Maximum size of the header section in bytes: names and values.
const HEADERS_LIMIT: usize = 16 * 1024;

/// Content security policy of responses that are not pages: forbids scripts and framing.
const API_CSP: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

const PERMISSIONS: HeaderValue =
    HeaderValue::from_static("camera=(), geolocation=(), microphone=()");

/// Checks requests and adds headers (middleware around every route).
pub(crate) async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let config = request.app_data::<web::Data<Config>>().cloned();
    let config = config.ok_or_else(|| ErrorInternalServerError("no configuration"))?;
    let arrived = body::bound(&mut request, config.body_timeout);
    if let Some(certificate) = address::certificate(request.request(), &config) {
        request.extensions_mut().insert(certificate);
    }
    let mut response = match unwelcome(&request) {
        Some(rejection) => request.error_response(rejection).map_into_right_body(),
        None => next.call(request).await?.map_into_left_body(),
    };
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    let fields = SecurityHeaders {
        content_policy: API_CSP,
        permissions: PERMISSIONS,
        is_https: config.is_https(),
        is_public: false,
    };
    fields.add(response.headers_mut());
    if !arrived.is_unread() {
        return Ok(response.map_into_left_body());
    }
    let (request, answer) = response.into_parts();
    let answer = arrived.hold(answer.map_into_boxed_body());
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

/// Rejects oversized requests, which are never truncated, and connection upgrades.
fn unwelcome(request: &ServiceRequest) -> Option<Problem> {
    if asks_for_web_socket(request) {
        return Some(Problem::malformed("There are no WebSockets here."));
    }
    if request.uri().to_string().len() > URI_LIMIT {
        return Some(Problem::uri_too_long(URI_LIMIT));
    }
    let is_large = header::size(request.headers()) > HEADERS_LIMIT;
    is_large.then(|| Problem::headers_too_large(HEADERS_LIMIT))
}
