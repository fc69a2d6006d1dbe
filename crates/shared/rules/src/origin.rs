//! CORS: origins whose scripts may read the responses for a client (Fetch §3.2).
//!
//! Only the registration decides. No origin of a request or token is echoed unless it is
//! registered.

use doorward_protocol::redirect_uri::is_loopback;
use doorward_protocol::setting_url;

use crate::prelude::*;

/// The maximum length of a registered origin, in bytes.
pub const MAX_BYTES: usize = 255;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginProblem {
    /// A wildcard: origins are listed one by one.
    #[error("has a wildcard; list each origin in full")]
    Wildcard,
    /// Not `https://host` or `http://` with a loopback host.
    #[error("is not an origin such as https://app.example.org; http is allowed for loopback only")]
    Scheme,
    /// A path, a query, a user, capitals, a default port, or a trailing slash.
    #[error("is more than an origin, or not in normal form")]
    Spelling,
}

/// Checks that a client may register this origin: exactly what browsers send in `Origin`, with TLS
/// or on a loopback host.
pub fn check_registration(text: &str) -> Result<(), OriginProblem> {
    if text.contains('*') {
        return Err(OriginProblem::Wildcard);
    }
    let Ok(url) = setting_url::parse(text) else {
        // A lenient reader finds an origin in it.
        let is_near = Url::parse(text).is_ok_and(|url| url.scheme() == "https");
        return Err(if is_near {
            OriginProblem::Spelling
        } else {
            OriginProblem::Scheme
        });
    };
    let is_good = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    };
    if !is_good {
        return Err(OriginProblem::Scheme);
    }
    if text.len() > MAX_BYTES || url.origin().ascii_serialization() != text {
        return Err(OriginProblem::Spelling);
    }
    Ok(())
}

/// Returns the origins of a client: the registered ones. For a public client without any, returns
/// the origins of its redirect URIs, whose scripts hold its tokens anyway.
pub fn list_origins(client: &Client) -> Vec<String> {
    if !client.allowed_origins.is_empty() || client.kind != ClientKind::Public {
        return client.allowed_origins.clone();
    }
    let urls = client
        .redirect_uris
        .iter()
        .filter_map(|uri| Url::parse(uri).ok());
    let origins: BTreeSet<String> = urls
        .map(|url| url.origin().ascii_serialization())
        .filter(|origin| check_registration(origin).is_ok())
        .collect();
    origins.into_iter().collect()
}

/// Returns true if scripts of this origin may read the responses for the client. Compares bytes.
pub fn admits(client: &Client, origin: &str) -> bool {
    list_origins(client).iter().any(|allowed| allowed == origin)
}

#[cfg(test)]
mod tests;
