//! Reading of cookies that other hosts of the domain may accompany with any bytes.

use actix_web::http::header::{COOKIE, HeaderMap};

#[cfg(test)]
mod tests;

/// Returns the value of a cookie, if the browser sent exactly one of that name; with two, their
/// origin is ambiguous. Other cookies may contain any byte, and are skipped (RFC 6265 §4.2.2).
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers
        .get_all(COOKIE)
        .flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
    let mut named = pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = pair.split_at(equals);
        // Only ASCII white space: with other characters trimmed, a host of the domain could set a
        // cookie that looks like one with the prefix `__Host-`.
        (found.trim_ascii() == name.as_bytes()).then(|| value[1..].trim_ascii())
    });
    match (named.next(), named.next()) {
        (Some(value), None) => str::from_utf8(value).ok(),
        _ => None,
    }
}
