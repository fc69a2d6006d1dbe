//! Where a request came from, and with which certificate.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};
use doorward_access::guard::{CLIENT_CERT, CallerCertificate};
use ipnet::IpNet;

use crate::config::Config;

/// The address of the caller, if it is known: that of the connection, or, behind proxies that the
/// configuration trusts, the last one in the header that they write that is none of them. A header that
/// cannot be read leaves the address unknown, never one that the caller chose.
pub(crate) fn of(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let config = request.app_data::<web::Data<Config>>()?;
    let header = config.forwarded_header;
    let values = request.headers().get_all(header.as_str());
    let forwarded = header.addresses(values.map(|value| value.to_str().ok()));
    caller(peer, &config.trusted_proxies, &forwarded)
}

/// The certificate of the caller, as a proxy passes it on that the configuration trusts (RFC 9440); what
/// cannot be read is none, and opens nothing that needs one.
pub(crate) fn certificate(request: &HttpRequest, config: &Config) -> Option<CallerCertificate> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let trusted = config.trusted_proxies.iter();
    if !config.client_cert_header || !trusted.into_iter().any(|network| network.contains(&peer)) {
        return None;
    }
    let mut fields = request.headers().get_all(CLIENT_CERT);
    match (fields.next(), fields.next()) {
        (Some(field), None) => CallerCertificate::from_field(field.as_bytes())
            .ok()
            .flatten(),
        _ => None,
    }
}

fn caller(peer: IpAddr, trusted: &[IpNet], forwarded: &[Option<IpAddr>]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let mut last = peer;
    for hop in forwarded.iter().rev() {
        last = (*hop)?;
        if !is_trusted(&last) {
            break;
        }
    }
    Some(last)
}

#[cfg(test)]
mod tests {
    use doorward_protocol::forwarded::ForwardedHeader;
    use rstest::rstest;

    use super::caller;

    #[rstest]
    #[case::direct("203.0.113.7", &["198.51.100.1"], Some("203.0.113.7"))]
    #[case::no_header("10.0.0.1", &[], Some("10.0.0.1"))]
    #[case::one("10.0.0.1", &["198.51.100.1"], Some("198.51.100.1"))]
    #[case::forged_before("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], Some("198.51.100.1"))]
    #[case::two_headers("10.0.0.1", &["6.6.6.6", "198.51.100.1"], Some("198.51.100.1"))]
    #[case::broken("10.0.0.1", &["198.51.100.1, nonsense"], None)]
    fn only_a_trusted_proxy_is_believed(
        #[case] peer: &str,
        #[case] forwarded: &[&str],
        #[case] expected: Option<&str>,
    ) {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let values = forwarded.iter().map(|value| Some(*value));
        let forwarded = ForwardedHeader::XForwardedFor.addresses(values);
        let found = caller(peer.parse().unwrap(), &trusted, &forwarded);
        assert_eq!(found, expected.map(|text| text.parse().unwrap()));
    }
}
