//! Responses of a former issuer's host (decision 125). It serves the documents and endpoints of
//! clients with the former issuer, and redirects browsers to the pages of the issuer. It serves no
//! page and no cookie.

use actix_web::http::header::LOCATION;
use doorward_config::former_issuers::FormerIssuers;

use super::error::MiddlewareError;
use super::host::HostKind;
use crate::prelude::*;

#[cfg(test)]
mod tests;

/// Parameter that a redirected authorization request has for its former issuer.
const FORMER_ISSUER: &str = "former_issuer";

const AUTHORIZE: &str = "/oauth2/authorize";
const LOGOUT: &str = "/oauth2/logout";

/// Returns true for paths that clients request without a browser.
fn is_for_clients(path: &str) -> bool {
    let is_page = matches!(path, AUTHORIZE | LOGOUT);
    !is_page && (path.starts_with("/.well-known/") || path.starts_with("/oauth2/"))
}

/// Returns the response of a former host, or `None` if a handler responds.
pub(super) fn host_response(
    request: &ServiceRequest,
    served: &HostKind,
    issuer: &str,
    former: &FormerIssuers,
    now: UnixSeconds,
) -> Result<Option<HttpResponse>, MiddlewareError> {
    let HostKind::Former(position) = served else {
        return Ok(None);
    };
    let Some(named) = former.urls.get(*position).filter(|_| former.is_served(now)) else {
        return Err(MiddlewareError::UnknownHost);
    };
    let path = request.path();
    if is_for_clients(path) {
        return Ok(None);
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    // A form with credentials is never sent on (RFC 9700 §4.12). A sign-out has none.
    let is_open = is_safe || (path == LOGOUT && *request.method() == Method::POST);
    // Clients drop the access token of an API when they follow a redirect to another host.
    if !is_open || !path.starts_with('/') || path.starts_with("/api/") {
        return Err(MiddlewareError::UnknownHost);
    }
    let query = request.query_string();
    let separator = if query.is_empty() { "" } else { "?" };
    let place = format!("{issuer}{path}{separator}{query}");
    let place = if path == AUTHORIZE {
        redirect_uri::with_query(&place, &[(FORMER_ISSUER, named.as_str())])
    } else {
        place
    };
    let mut response = HttpResponse::TemporaryRedirect();
    Ok(Some(response.insert_header((LOCATION, place)).finish()))
}

/// Returns the position of the former issuer that a request belongs to: by its host, or for a
/// redirected authorization request by its parameter.
pub(super) fn position(
    request: &ServiceRequest,
    served: &HostKind,
    former: &FormerIssuers,
) -> Option<usize> {
    match served {
        HostKind::Former(position) => Some(*position),
        HostKind::Issuer if !former.urls.is_empty() && request.path() == AUTHORIZE => {
            let params = Params::parse(request.query_string().as_bytes()).ok()?;
            let named = params.all(FORMER_ISSUER).next()?;
            former.urls.iter().position(|url| url == named)
        }
        _ => None,
    }
}
