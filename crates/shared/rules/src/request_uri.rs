//! Request objects by reference (OIDC Core §6.2, RFC 9101 §5.2): the URLs of a client.
//!
//! Only registered URLs are fetched, so that a request cannot make the server reach another place
//! (RFC 9101 §10.4).

const MAX_URIS: usize = 20;
/// The maximum length of a URL, in bytes (OIDC Core §6.2).
const MAX_LENGTH: usize = 512;
/// The length of a SHA-256 in base64url, without padding.
const HASH_LENGTH: usize = 43;

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RequestUriError {
    #[error("register at most 20 URLs")]
    TooMany,
    /// Too long, or characters that a URL must not contain.
    #[error("it is longer than 512 characters, or contains some that a URL must not contain")]
    Characters,
    /// Neither `https`, nor `http`, which the egress rules limit to this machine.
    #[error("it must begin with https://")]
    NotHttps,
    /// A fragment that is not a hash (OIDC Registration §2).
    #[error("its fragment is not a SHA-256 hash in base64url")]
    Fragment,
}

/// Checks the URLs of a client (OIDC Registration §2 `request_uris`). The error has the position of
/// the first invalid one.
pub fn check_list(uris: &[String]) -> Result<(), (usize, RequestUriError)> {
    for (at, uri) in uris.iter().enumerate() {
        if at >= MAX_URIS {
            return Err((at, RequestUriError::TooMany));
        }
        check(uri).map_err(|problem| (at, problem))?;
    }
    Ok(())
}

fn check(uri: &str) -> Result<(), RequestUriError> {
    let is_printable = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if uri.len() > MAX_LENGTH || !uri.bytes().all(is_printable) {
        return Err(RequestUriError::Characters);
    }
    let (location, fragment) = split(uri);
    let is_here = ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .iter()
        .any(|here| location.starts_with(here));
    if !location.starts_with("https://") && !is_here {
        return Err(RequestUriError::NotHttps);
    }
    match fragment {
        Some(hash) if !is_hash(hash) => Err(RequestUriError::Fragment),
        _ => Ok(()),
    }
}

fn is_hash(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.len() == HASH_LENGTH && text.bytes().all(is_digit)
}

fn split(uri: &str) -> (&str, Option<&str>) {
    uri.split_once('#')
        .map_or((uri, None), |(location, fragment)| {
            (location, Some(fragment))
        })
}

/// Returns the part of a URL that is fetched: without the fragment.
pub fn location(uri: &str) -> &str {
    split(uri).0
}

/// A registered document that a request refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference<'a> {
    /// The registered URL, without its fragment.
    pub location: &'a str,
    /// The version: the fragment of the request's URL, or else the registered one.
    pub version: Option<&'a str>,
}

/// Returns the registered document that a `request_uri` names; `None` if there is none.
///
/// URLs are compared byte by byte, without fragments: another fragment means that the cached
/// contents are no longer valid (OIDC Registration §2).
pub fn find<'a>(registered: &'a [String], requested: &'a str) -> Option<Reference<'a>> {
    let (location, version) = split(requested);
    if version.is_some_and(|hash| !is_hash(hash)) {
        return None;
    }
    let mut found = registered.iter().map(|uri| split(uri));
    let (location, known) = found.find(|(known, _)| *known == location)?;
    Some(Reference {
        location,
        version: version.or(known),
    })
}

#[cfg(test)]
mod tests;
