//! Cross-origin requests (Fetch §3.2): allowed origins, preflights and readable response headers.

use std::collections::BTreeSet;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use doorward_protocol::redirect_uri::is_loopback;
use url::Url;

/// Cache time of a preflight in seconds; short, because an origin may be removed from the list.
const PREFLIGHT_TTL: &str = "600";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// Header fields that a page may send.
const REQUEST_HEADERS: &str =
    "Authorization, Content-Type, DPoP, If-Match, If-None-Match, Idempotency-Key, X-API-Key";
/// Header fields of the response that a page may read.
const RESPONSE_HEADERS: &str = "DPoP-Nonce, ETag, Link, Location, RateLimit, RateLimit-Policy, \
                                Retry-After, WWW-Authenticate, X-Decision-Id, X-Request-Id";

/// The origins whose pages may call a service, each exactly as browsers send it.
///
/// Cookies are never allowed: a page sends a token instead. Add it to the app's data and wrap the
/// app with [`cors`].
///
/// ```
/// use actix_web::{App, middleware::from_fn, web::Data};
/// use doorward_access::guard::{AllowedOrigins, cors};
///
/// let origins = AllowedOrigins::new(["https://app.example.org"])?;
/// let app = App::new().app_data(Data::new(origins)).wrap(from_fn(cors));
/// # Ok::<(), doorward_access::guard::OriginError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedOrigins(BTreeSet<String>);

/// A text that is not an origin as browsers send it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an origin such as https://app.example.org: scheme, host and port only, no wildcard, \
     and http for this machine alone"
)]
pub struct OriginError(String);

impl AllowedOrigins {
    /// Reads a list of origins.
    ///
    /// # Errors
    /// Returns `OriginError` for the first invalid origin: a wildcard, a path, upper case, a
    /// default port, or http on another machine.
    pub fn new<T: AsRef<str>>(origins: impl IntoIterator<Item = T>) -> Result<Self, OriginError> {
        let origins = origins.into_iter().map(|text| {
            let text = text.as_ref();
            if is_origin(text) {
                Ok(text.to_owned())
            } else {
                Err(OriginError(text.to_owned()))
            }
        });
        Ok(Self(origins.collect::<Result<_, _>>()?))
    }

    /// Returns true if no origin is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn allows(&self, origin: &str) -> bool {
        self.0.contains(origin)
    }
}

fn is_origin(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let is_safe = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    };
    is_safe && !text.contains('*') && url.origin().ascii_serialization() == text
}

/// Responds to preflights of allowed origins and lets their pages read responses (middleware).
///
/// Without [`AllowedOrigins`] in the app's data, or with an empty list, it changes nothing.
///
/// # Errors
/// Returns the errors of the wrapped service.
pub async fn cors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let origins = request.app_data::<web::Data<AllowedOrigins>>().cloned();
    let Some(origins) = origins.filter(|origins| !origins.is_empty()) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let sender = sender(request.headers()).filter(|sender| origins.allows(sender));
    let sender = sender.and_then(|sender| HeaderValue::from_str(sender).ok());
    if let (Some(sender), true) = (&sender, is_preflight(&request)) {
        let mut response = HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
            .insert_header((ACCESS_CONTROL_MAX_AGE, PREFLIGHT_TTL))
            .finish();
        mark(response.headers_mut(), Some(sender));
        return Ok(request.into_response(response).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    mark(response.headers_mut(), sender.as_ref());
    Ok(response.map_into_left_body())
}

fn is_preflight(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns the only `Origin` field of a request as text.
fn sender(headers: &HeaderMap) -> Option<&str> {
    let mut sent = headers.get_all(ORIGIN);
    match (sent.next(), sent.next()) {
        (Some(item), None) => item.to_str().ok(),
        _ => None,
    }
}

/// Adds `Vary: Origin` also if no page may read the response (Fetch §3.2.5).
fn mark(headers: &mut HeaderMap, sender: Option<&HeaderValue>) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(sender) = sender {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, sender.clone());
        let readable = HeaderValue::from_static(RESPONSE_HEADERS);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
}

#[cfg(test)]
mod tests;
