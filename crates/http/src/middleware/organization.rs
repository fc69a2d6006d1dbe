//! What the host of an organization answers (decision 42): it sends browsers on to the issuer, and
//! lets programs name the organization by their address. No page and no cookie comes from there.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use doorward_protocol::params::Params;
use doorward_protocol::redirect_uri;

use super::host::HostKind;
use super::refusal::Refusal;
use crate::organization::X_TENANT_ID;
use crate::request::aliases::ALIASES;

#[cfg(test)]
mod tests;

/// Where a program names the organization that it asks for: what answers here reads the host, too.
const FOR_PROGRAMS: &[&str] = &["/oauth2/token", "/api/auth/login", "/api/auth/login/mfa"];

/// What clients with certificates ask for: the endpoints of the protocol that know clients and tokens, and
/// the interfaces that tokens open.
fn is_for_certificates(path: &str) -> bool {
    ALIASES.iter().any(|(_, alias)| path == *alias) || path.starts_with("/api/")
}

/// The answer of an organization's host, or none for what a handler answers. Everything else is
/// misdirected (RFC 9110 §15.5.20): the same address at the issuer may well exist.
pub(super) fn answer(
    request: &ServiceRequest,
    served: &HostKind,
    issuer: &str,
) -> Result<Option<HttpResponse>, Refusal> {
    let slug = match served {
        HostKind::Issuer => return Ok(None),
        HostKind::Organization(slug) => slug,
        // No page comes from there either: people sign in at the issuer.
        HostKind::Mtls if is_for_certificates(request.path()) => return Ok(None),
        HostKind::Mtls => return Err(Refusal::UnknownHost),
    };
    if FOR_PROGRAMS.contains(&request.path()) {
        return Ok(None);
    }
    // Only what is safe to repeat is sent on; nothing that was posted ever is (OA-30).
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::UnknownHost);
    }
    let place = match request.path() {
        "/" => format!("{issuer}/"),
        "/oauth2/authorize" => {
            let fields = request.headers().get_all(X_TENANT_ID);
            // The header does not travel along: what contradicts is told by the parameter.
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
        _ => return Err(Refusal::UnknownHost),
    };
    let mut response = HttpResponse::SeeOther();
    Ok(Some(response.insert_header((LOCATION, place)).finish()))
}

/// The authorization request at the issuer, for this organization. Where it names another one as
/// well, it arrives with both, and the issuer refuses it as the RFC wants it: a parameter that is
/// repeated is `invalid_request`, told to the client (RFC 6749 §3.1, §4.1.2.1).
fn authorization(issuer: &str, query: &str, slug: &str) -> String {
    let endpoint = format!("{issuer}/oauth2/authorize");
    let Ok(params) = Params::parse(query.as_bytes()) else {
        // What cannot be read is for the issuer to refuse, as it came.
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
