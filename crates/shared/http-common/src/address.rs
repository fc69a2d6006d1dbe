//! The client's address. Only trusted proxies can forward one.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use doorward_access::mutant::{self, Safeguard};
use doorward_protocol::forwarded::ForwardedHeader;
use ipnet::IpNet;

#[cfg(test)]
mod tests;

pub fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Returns the client's address: the rightmost one that belongs to no trusted proxy.
///
/// Each proxy appends the address of its peer, so values that the client wrote are left of it. Only
/// `header` is read, which the proxies maintain: the client may send the other one. Returns `None`
/// if the chain cannot be read.
pub fn client(
    peer: IpAddr,
    headers: &HeaderMap,
    header: ForwardedHeader,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    if !is_trusted(peer, trusted) && !mutant::is_disabled(Safeguard::ForwardedFromProxies) {
        return Some(peer);
    }
    forwarded(Some(peer), headers, header, trusted)
}

/// Returns the client's address behind a proxy without an address: it uses a Unix socket. Returns
/// `None` if the chain is empty or cannot be read.
pub fn client_of_socket(
    headers: &HeaderMap,
    header: ForwardedHeader,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    forwarded(None, headers, header, trusted)
}

/// Returns the rightmost address of the chain that belongs to no trusted proxy.
fn forwarded(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    header: ForwardedHeader,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let values = headers.get_all(header.as_str());
    let chain = header.addresses(values.map(|value| value.to_str().ok()));
    let mut last = peer;
    for element in chain.into_iter().rev() {
        let address = element?;
        last = Some(address);
        if !is_trusted(address, trusted) {
            break;
        }
    }
    // If every address is trusted, the leftmost one sent the request.
    last
}
