//! The client's address. Forwarded headers are believed only from a trusted proxy (SECURITY HD-1).

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use doorward_access::mutant::{self, Guard};
use ipnet::IpNet;

use crate::config::server;

#[cfg(test)]
mod tests;

/// Whether this address is one of the trusted proxies.
pub(super) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// The header in which trusted proxies write the address of the client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    /// The header of this configured name.
    pub(super) fn new(configured: &str) -> Self {
        if configured == server::FORWARDED {
            Self::Forwarded
        } else {
            Self::XForwardedFor
        }
    }
}

/// Returns the client's address: the rightmost one that belongs to no trusted proxy.
///
/// Each proxy appends the address it saw, so what a client writes itself stands left of that. Only the
/// header that the proxies maintain is read: the other one may come from the client. A chain that cannot be
/// read names no client: then the proxy itself counts as the client.
pub(super) fn client(
    peer: IpAddr,
    headers: &HeaderMap,
    header: ForwardedHeader,
    trusted: &[IpNet],
) -> IpAddr {
    if !is_trusted(peer, trusted) && !mutant::without(Guard::ForwardedFromProxies) {
        return peer;
    }
    let chain = match header {
        ForwardedHeader::XForwardedFor => chain(headers, &X_FORWARDED_FOR, parse),
        ForwardedHeader::Forwarded => chain(headers, &FORWARDED, parse_forwarded),
    };
    let found = chain.and_then(|chain| outermost(&chain, trusted));
    found.unwrap_or(peer)
}

/// The elements of a list header from left to right; an unreadable one is none.
fn chain(
    headers: &HeaderMap,
    name: &HeaderName,
    parse: fn(&str) -> Option<IpAddr>,
) -> Option<Vec<Option<IpAddr>>> {
    let mut elements = Vec::new();
    for value in headers.get_all(name) {
        match value.to_str() {
            Ok(text) => elements.extend(text.split(',').map(|element| parse(element.trim()))),
            Err(_) => elements.push(None),
        }
    }
    (!elements.is_empty()).then_some(elements)
}

fn outermost(chain: &[Option<IpAddr>], trusted: &[IpNet]) -> Option<IpAddr> {
    for element in chain.iter().rev() {
        let address = (*element)?;
        if !is_trusted(address, trusted) {
            return Some(address);
        }
    }
    // Everybody is trusted: the request began inside.
    chain.first().copied().flatten()
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    address.map(|address| address.to_canonical())
}

/// One element of `Forwarded` (RFC 7239 §4): `for="[2001:db8::1]:80";proto=https`.
fn parse_forwarded(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in element.split(';') {
        let (name, value) = pair.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("for") {
            let value = value.trim();
            let quoted = value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            if found.replace(parse(quoted.unwrap_or(value))?).is_some() {
                return None;
            }
        }
    }
    found
}
