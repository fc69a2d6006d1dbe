//! The address, the user agent and the certificate of a caller.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};
use doorward_access::guard::{CLIENT_CERT, CallerCertificate};
use doorward_http_common::{address, header, user_agent};

use crate::config::Config;

/// Returns the address of the caller, if known: that of the connection, or, behind trusted proxies,
/// the last one in their header that is not a trusted proxy. An invalid header leaves the address
/// unknown, so that the caller cannot choose it.
pub(crate) fn from_request(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let config = request.app_data::<web::Data<Config>>()?;
    let (header, trusted) = (config.forwarded_header, &config.trusted_proxies);
    address::client(peer, request.headers(), header, trusted)
}

/// Returns true if a trusted proxy sent the request.
pub(crate) fn is_by_proxy(request: &HttpRequest) -> bool {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let config = request.app_data::<web::Data<Config>>();
    let known = peer.zip(config);
    known.is_some_and(|(peer, config)| address::is_trusted(peer, &config.trusted_proxies))
}

/// Returns the certificate of the caller from the header of a trusted proxy (RFC 9440). Returns
/// `None` for an invalid header, which grants no access that needs a certificate.
pub(crate) fn certificate(request: &HttpRequest, config: &Config) -> Option<CallerCertificate> {
    let peer = request.peer_addr()?.ip().to_canonical();
    if !config.client_cert_header || !address::is_trusted(peer, &config.trusted_proxies) {
        return None;
    }
    let field = header::only(request.headers(), CLIENT_CERT)
        .ok()
        .flatten()?;
    CallerCertificate::from_field(field.as_bytes())
        .ok()
        .flatten()
}

/// The address and the user agent of a request, for the access log and the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub ip: Option<String>,
    /// `User-Agent` header, shortened.
    pub user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn from_request(request: &HttpRequest) -> Self {
        let agent = user_agent::from_headers(request.headers());
        Self {
            ip: from_request(request).map(|address| address.to_string()),
            user_agent: Some(agent).filter(|agent| !agent.is_empty()),
        }
    }
}
