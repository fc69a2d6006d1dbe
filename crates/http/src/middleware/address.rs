//! The client's address. Forwarded headers are believed only from a trusted proxy (SECURITY HD-1).

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use doorward_access::mutant::{self, Safeguard};
use doorward_protocol::forwarded::ForwardedHeader;
use ipnet::IpNet;

#[cfg(test)]
mod tests;

/// Whether this address is one of the trusted proxies.
pub(super) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
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
    if !is_trusted(peer, trusted) && !mutant::is_disabled(Safeguard::ForwardedFromProxies) {
        return peer;
    }
    let values = headers.get_all(header.as_str());
    let chain = header.addresses(values.map(|value| value.to_str().ok()));
    outermost(&chain, trusted).unwrap_or(peer)
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
