//! Where a request came from, and with which certificate.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};
use doorward_access::guard::{CLIENT_CERT, CallerCertificate};
use doorward_http_common::address;

use crate::config::Config;

/// The address of the caller, if it is known: that of the connection, or, behind proxies that the
/// configuration trusts, the last one in the header that they write that is none of them. A header that
/// cannot be read leaves the address unknown, never one that the caller chose.
pub(crate) fn of(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let config = request.app_data::<web::Data<Config>>()?;
    let (header, trusted) = (config.forwarded_header, &config.trusted_proxies);
    address::client(peer, request.headers(), header, trusted)
}

/// The certificate of the caller, as a proxy passes it on that the configuration trusts (RFC 9440); what
/// cannot be read is none, and opens nothing that needs one.
pub(crate) fn certificate(request: &HttpRequest, config: &Config) -> Option<CallerCertificate> {
    let peer = request.peer_addr()?.ip().to_canonical();
    if !config.client_cert_header || !address::is_trusted(peer, &config.trusted_proxies) {
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
