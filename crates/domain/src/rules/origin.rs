//! Which origins' scripts may read what a client is answered (Fetch §3.2, SECURITY OA-29).
//!
//! The answer comes from the registration alone. No origin that a request or a token names is ever
//! repeated unless it stands there.

use url::{Host, Url};

use crate::model::{Client, ClientKind};

/// The longest origin, in bytes.
const MAX_BYTES: usize = 255;

/// Why an origin cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginProblem {
    /// `*`, or a part of it: origins are listed one by one.
    #[error("has a wildcard; list each origin in full")]
    Wildcard,
    /// Not `https://host` or `http://` with a loopback host.
    #[error("is not an origin such as https://app.example.org; http is for this machine alone")]
    Scheme,
    /// A path, a query, a user, capital letters, a default port, or a trailing slash.
    #[error("is more than an origin, or not in its normal spelling")]
    Spelling,
}

/// Whether a client may register this origin: exactly what browsers send in `Origin`, over TLS or
/// from this machine.
///
/// # Errors
/// What is wrong with it.
pub fn check_registration(text: &str) -> Result<(), OriginProblem> {
    if text.contains('*') {
        return Err(OriginProblem::Wildcard);
    }
    let url = Url::parse(text).map_err(|_| OriginProblem::Scheme)?;
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

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The origins of a client: those that were listed. For a public client without a list they are the
/// origins of its redirect URIs, whose scripts hold its tokens anyway.
pub fn of(client: &Client) -> Vec<String> {
    if !client.allowed_origins.is_empty() || client.kind == ClientKind::Confidential {
        return client.allowed_origins.clone();
    }
    let mut origins: Vec<String> = client
        .redirect_uris
        .iter()
        .filter_map(|uri| Url::parse(uri).ok())
        .map(|url| url.origin().ascii_serialization())
        .filter(|origin| check_registration(origin).is_ok())
        .collect();
    origins.sort();
    origins.dedup();
    origins
}

/// Whether scripts of this origin may read what the client is answered. Equality of bytes.
pub fn admits(client: &Client, origin: &str) -> bool {
    of(client).iter().any(|allowed| allowed == origin)
}

#[cfg(test)]
mod tests;
