//! Paths with two spellings: an endpoint for programs and the first pages with or without a trailing
//! slash, and a document behind a doubled slash, caused by an issuer that was configured with a trailing slash.

use std::borrow::Cow;

use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;

use crate::prelude::*;

/// Documents that are also served behind a doubled slash.
const DOCUMENTS: [&str; 3] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/oauth2/jwks",
];

/// The beginnings of the paths that programs call.
const FOR_PROGRAMS: [&str; 3] = ["/api/", "/oauth2/", "/.well-known/"];

/// The pages that users open by typing their address.
const ENTRIES: [&str; 2] = ["/account", "/admin"];

/// The path as the client wrote it, stored in the extensions of a rewritten request.
#[derive(Clone, Debug)]
struct Written(String);

/// Rewrites the path to the form that routes, permissions, limits and logs use, so that both
/// spellings are treated the same.
pub(crate) fn normalize(request: &mut ServiceRequest) {
    let Some(path) = canonical(request.path()).map(str::to_owned) else {
        return;
    };
    let target = match request.uri().query() {
        Some(query) => Cow::from(format!("{path}?{query}")),
        None => Cow::from(&path),
    };
    let mut parts = request.uri().clone().into_parts();
    let Ok(target) = PathAndQuery::try_from(target.as_ref()) else {
        return;
    };
    parts.path_and_query = Some(target);
    let Ok(uri) = Uri::from_parts(parts) else {
        return;
    };
    let written = Written(request.path().to_owned());
    request.extensions_mut().insert(written);
    request.match_info_mut().get_mut().update(&uri);
    request.head_mut().uri = uri;
}

/// Returns the path as the client wrote it, which its DPoP proof contains (RFC 9449 §4.2 `htu`).
pub fn written(request: &HttpRequest) -> String {
    let written = request.extensions().get::<Written>().cloned();
    written.map_or_else(|| request.path().to_owned(), |written| written.0)
}

/// Returns the canonical path, if it is spelled differently.
fn canonical(path: &str) -> Option<&str> {
    if let Some(single) = path.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
        return DOCUMENTS.contains(&single).then_some(single);
    }
    let shorter = path.strip_suffix('/')?;
    let mut starts = FOR_PROGRAMS.iter();
    let is_endpoint = starts.any(|start| shorter.starts_with(start)) && !shorter.ends_with('/');
    (is_endpoint || ENTRIES.contains(&shorter)).then_some(shorter)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/api/auth/login/", Some("/api/auth/login"))]
    #[case("/api/auth/login", None)]
    #[case("/api/", None)]
    #[case("/api/auth/login//", None)]
    #[case("/account/", Some("/account"))]
    #[case("/admin/", Some("/admin"))]
    #[case("/admin/users/", None)]
    #[case("/oauth2/token/", Some("/oauth2/token"))]
    #[case("/oauth2/register/abc/", Some("/oauth2/register/abc"))]
    #[case("/oauth2/", None)]
    #[case("/oauth2/token//", None)]
    #[case(
        "/.well-known/openid-configuration/",
        Some("/.well-known/openid-configuration")
    )]
    #[case("/login/", None)]
    #[case(
        "//.well-known/openid-configuration",
        Some("/.well-known/openid-configuration")
    )]
    #[case("//oauth2/jwks", Some("/oauth2/jwks"))]
    #[case("//oauth2/token", None)]
    #[case("//api/auth/login/", None)]
    #[case("///oauth2/jwks", None)]
    #[case("", None)]
    fn only_known_forms_are_rewritten(#[case] path: &str, #[case] expected: Option<&str>) {
        assert_eq!(canonical(path), expected);
    }
}
