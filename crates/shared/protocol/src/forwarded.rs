//! Client addresses forwarded by proxies: `X-Forwarded-For`, or `Forwarded` (RFC 7239).

use std::net::{IpAddr, SocketAddr};

crate::words! {
    /// The header field in which trusted proxies write the client's address. The other one may come
    /// from the client itself.
    #[derive(Default)]
    pub enum ForwardedHeader {
        /// `X-Forwarded-For`.
        #[default]
        XForwardedFor = "x-forwarded-for",
        /// `Forwarded` (RFC 7239).
        Forwarded = "forwarded",
    }
}

impl ForwardedHeader {
    /// Reads the addresses in the values of the header field, in the order of the proxies that
    /// wrote them. A malformed element is `None`, and so is a value that is not text.
    pub fn addresses<'a>(
        self,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Vec<Option<IpAddr>> {
        let parse = match self {
            Self::XForwardedFor => parse_address,
            Self::Forwarded => parse_element,
        };
        let mut addresses = Vec::new();
        for value in values {
            match value {
                Some(text) => {
                    addresses.extend(text.split(',').map(|element| parse(element.trim())));
                }
                None => addresses.push(None),
            }
        }
        addresses
    }
}

/// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    address.map(|address| address.to_canonical())
}

/// Reads one element of `Forwarded` (RFC 7239 §4): `for="[2001:db8::1]:80";proto=https`.
fn parse_element(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in element.split(';') {
        let (name, value) = pair.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("for") {
            let value = value.trim();
            let quoted = value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            if found
                .replace(parse_address(quoted.unwrap_or(value))?)
                .is_some()
            {
                return None;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
