//! Cross-origin access to responses.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, ORIGIN, VARY,
};
use doorward_domain::model::Client;
use doorward_oauth::client_registration::create::REGISTER;
use doorward_rules::origin;

use crate::prelude::*;
use crate::request::received_request;
use crate::web_context::WebContext;

/// Returns true for a document that any origin may read, without credentials. Other responses are for
/// this origin, and for registered origins at endpoints wrapped by [`registered_origins`].
pub(crate) fn is_public(path: &str) -> bool {
    matches!(
        path,
        "/.well-known/openid-configuration"
            | "/.well-known/oauth-authorization-server"
            | "/oauth2/jwks"
    )
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns true if scripts of any origin may use this path: public documents, and the registration of
/// clients, which no cookie affects and whose scripts have no registered origin before it (RFC 7591 §3).
pub(crate) fn is_open(path: &str) -> bool {
    is_public(path) || path == REGISTER
}

/// Returns the response to a preflight request for a path that is open to scripts of any origin.
pub(crate) fn preflight(request: &ServiceRequest) -> Option<HttpResponse> {
    (is_preflight(request) && is_open(request.path())).then(|| {
        let (methods, headers) = match request.path() {
            REGISTER => ("POST", REQUEST_HEADERS),
            _ => ("GET, HEAD", "*"),
        };
        HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, headers))
            .insert_header((ACCESS_CONTROL_MAX_AGE, "86400"))
            .finish()
    })
}

/// Allows scripts of any origin to read a response. Credentials are never allowed.
pub(crate) fn allow<B>(response: &mut HttpResponse<B>) {
    let everybody = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
}

/// Seconds for which a browser may cache a preflight, because an origin may be removed.
const PREFLIGHT_TTL: &str = "600";
/// Headers that scripts may send to the OAuth endpoints.
const REQUEST_HEADERS: &str = "Authorization, Content-Type, DPoP";
/// Headers that scripts may send to the JSON API: also versions (RFC 9110 §13.1.1), idempotency
/// keys, the reason of a change and the organization.
const API_REQUEST_HEADERS: &str = "Authorization, Content-Type, DPoP, If-Match, Idempotency-Key, \
                                   X-Doorward-Reason, X-Tenant-ID";
const RESPONSE_HEADERS: &str = "DPoP-Nonce, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, \
                                WWW-Authenticate, X-Decision-Id, X-Request-Id";

/// True if the client of a request has registered the request's origin.
#[derive(Clone, Copy)]
struct IsReader(bool);

/// Records the authenticated client of a request. From here on only its registered origins decide
/// whether the script may read the response.
pub fn speaks_for(request: &HttpRequest, client: &Client) {
    received_request::record_client(request, &client.id);
    if let Some(sender) = sender(request.headers()) {
        let reader = IsReader(origin::admits(client, sender));
        request.extensions_mut().insert(reader);
    }
}

/// Allows scripts of registered origins to read the wrapped responses. Cookies are never allowed.
///
/// A preflight names no client, and neither does a request that is rejected before its client is
/// known; both are open to the registered origins of every active client. A response to a client is
/// limited to the origins of that client.
pub async fn registered_origins<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let Some(sender) = sender(request.headers()).map(str::to_owned) else {
        let mut response = next.call(request).await?;
        vary(response.headers_mut());
        return Ok(response.map_into_left_body());
    };
    let is_known = is_known(&request, &sender).await;
    if is_preflight(&request) {
        let mut response = preflight_response(&request);
        mark(response.headers_mut(), &sender, is_known);
        return Ok(request.into_response(response).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    let own = response.request().extensions().get::<IsReader>().copied();
    let is_reader = match own {
        Some(IsReader(reader)) => reader,
        None => is_known && !response.status().is_success(),
    };
    mark(response.headers_mut(), &sender, is_reader);
    Ok(response.map_into_left_body())
}

/// Returns the only `Origin` of a request, as text.
fn sender(headers: &HeaderMap) -> Option<&str> {
    header::only_text(headers, ORIGIN).ok().flatten()
}

async fn is_known(request: &ServiceRequest, sender: &str) -> bool {
    let Some(web) = request.app_data::<Data<WebContext>>() else {
        return false;
    };
    let context = &web.context;
    let registered = context
        .directory
        .is_registered_origin(&context.core, sender);
    match registered.await {
        Ok(is_known) => is_known,
        Err(error) => {
            tracing::warn!(fault = %error, "registered origins could not be read");
            false
        }
    }
}

fn preflight_response(request: &ServiceRequest) -> HttpResponse {
    let (methods, headers) = match request.path() {
        "/oauth2/userinfo" => ("GET, POST", REQUEST_HEADERS),
        path if path.starts_with("/oauth2/") => ("POST", REQUEST_HEADERS),
        _ => ("GET, POST, PUT, PATCH, DELETE", API_REQUEST_HEADERS),
    };
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, headers))
        .insert_header((ACCESS_CONTROL_MAX_AGE, PREFLIGHT_TTL))
        .finish()
}

fn mark(headers: &mut HeaderMap, sender: &str, is_reader: bool) {
    vary(headers);
    // The origin equals a registered one, so it can be repeated.
    if let (true, Ok(sender)) = (is_reader, HeaderValue::from_str(sender)) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, sender);
        let readable = HeaderValue::from_static(RESPONSE_HEADERS);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
}

/// Adds `Vary: Origin`, because the response depends on the origin, even if it may not be read
/// (Fetch §3.2.5).
fn vary(headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/.well-known/openid-configuration", true)]
    #[case("/.well-known/oauth-authorization-server", true)]
    #[case("/oauth2/jwks", true)]
    #[case("/oauth2/token", false)]
    #[case("/oauth2/jwks/", false)]
    fn only_documents_are_public(#[case] path: &str, #[case] expected: bool) {
        assert_eq!(is_public(path), expected);
    }
}
