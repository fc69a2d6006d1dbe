//! Responses of an organization's host (decision 42): it redirects browsers to the issuer, whose
//! pages have the look of the organization, and serves requests of clients that select the
//! organization by host. It serves no page and no cookie.

use actix_web::http::header::LOCATION;

use super::error::MiddlewareError;
use super::host::HostKind;
use crate::organization::X_TENANT_ID;
use crate::prelude::*;
use crate::request::aliases::ALIASES;

#[cfg(test)]
mod tests;

/// Paths of requests that select the organization by host; their handlers read the host as well.
const FOR_PROGRAMS: &[&str] = &["/oauth2/token", "/api/auth/login", "/api/auth/login/mfa"];

/// Pages that users open at the host, and that the issuer serves.
const PAGES: &[&str] = &["/", "/login", "/account", "/register", "/forgot-password"];

/// Returns true for paths served to clients with certificates: protocol endpoints for clients and
/// tokens, and the APIs that tokens give access to.
fn is_for_certificates(path: &str) -> bool {
    ALIASES.iter().any(|(_, alias)| path == *alias) || path.starts_with("/api/")
}

/// Returns the response of an organization's host, or `None` if a handler responds. Everything else
/// is misdirected (RFC 9110 §15.5.20): the path may well exist at the issuer.
pub(super) fn host_response(
    request: &ServiceRequest,
    served: &HostKind,
    issuer: &str,
) -> Result<Option<HttpResponse>, MiddlewareError> {
    let slug = match served {
        HostKind::Issuer | HostKind::Former(_) => return Ok(None),
        HostKind::Organization(tenant) => &tenant.slug,
        // No page is served there either: users sign in at the issuer.
        HostKind::Mtls if is_for_certificates(request.path()) => return Ok(None),
        HostKind::Unlisted(_) | HostKind::Mtls => return Err(MiddlewareError::UnknownHost),
    };
    if FOR_PROGRAMS.contains(&request.path()) {
        return Ok(None);
    }
    // Only safe methods are redirected, never a POST (RFC 9700 §4.12).
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(MiddlewareError::UnknownHost);
    }
    let place = match request.path() {
        "/oauth2/authorize" => {
            let fields = request.headers().get_all(X_TENANT_ID);
            // The header is not part of the redirect, so a contradiction is expressed by the
            // parameter.
            let agrees = fields
                .into_iter()
                .all(|field| field.is_empty() || field.as_bytes() == slug.as_bytes());
            let sent_on = authorization(issuer, request.query_string(), slug);
            if agrees {
                sent_on
            } else {
                format!("{sent_on}&organization=")
            }
        }
        // The query is dropped: it could name another organization, or contain the token of a link.
        page if PAGES.contains(&page) => format!("{issuer}{page}?organization={slug}"),
        _ => return Err(MiddlewareError::UnknownHost),
    };
    let mut response = HttpResponse::SeeOther();
    Ok(Some(response.insert_header((LOCATION, place)).finish()))
}

/// Returns the URL of the authorization request at the issuer, for this organization. If it names
/// another organization as well, the URL contains both, and the issuer rejects the repeated
/// parameter with `invalid_request` to the client (RFC 6749 §3.1, §4.1.2.1).
fn authorization(issuer: &str, query: &str, slug: &str) -> String {
    let endpoint = format!("{issuer}/oauth2/authorize");
    let Ok(params) = Params::parse(query.as_bytes()) else {
        // The issuer rejects a malformed query, which is forwarded unchanged.
        return format!("{endpoint}?{query}");
    };
    let given: Vec<&str> = named(&params).collect();
    let agrees = matches!(given[..], [one] if one.is_empty() || one == slug);
    let mut pairs: Vec<(&str, &str)> = params
        .iter()
        .filter(|(name, _)| !(agrees && *name == "organization"))
        .collect();
    pairs.push(("organization", slug));
    redirect_uri::with_query(&endpoint, &pairs)
}

fn named(params: &Params) -> impl Iterator<Item = &str> {
    let mine = params.iter().filter(|(name, _)| *name == "organization");
    mine.map(|(_, value)| value)
}
