//! What holds for every request and every answer: the length of addresses, and the headers that
//! keep browsers from doing harm (SECURITY BR-2..BR-5).

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::body;
use crate::config::Config;
use crate::problem::Problem;

/// Longest address in bytes.
const URI_LIMIT: usize = 8 * 1024;

/// For answers that are no page: nothing may run, nothing may frame them.
const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// One year, once people reach the server over https.
const HSTS: &str = "max-age=31536000";

/// Middleware around every route.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let secure = request
        .app_data::<web::Data<Config>>()
        .is_some_and(|config| config.is_https());
    let mut response = if request.uri().to_string().len() > URI_LIMIT {
        let refusal = Problem::uri_too_long(URI_LIMIT);
        request.error_response(refusal).map_into_right_body()
    } else {
        match next.call(request).await {
            Ok(response) => response.map_into_left_body(),
            Err(error) => return Err(error),
        }
    };
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    harden(response.headers_mut(), secure);
    Ok(body::hold(response))
}

fn harden(headers: &mut HeaderMap, secure: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, API_CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-store");
    set(
        header::PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=()",
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if secure {
        set(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
