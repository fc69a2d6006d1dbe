//! The client certificate of a request (RFC 8705): from its own connection, or from the header of a
//! trusted proxy (RFC 9440).

use actix_web::http::header::HeaderMap;
use doorward_access::guard::CLIENT_CERT;
use doorward_access::mtls::{MtlsConnection, PeerCertificates};
use doorward_domain::credentials::client_certificate::ClientCertificate;
use doorward_protocol::certificate::{self, CertificateHeaderError};

use super::request::received_request;
use crate::prelude::*;

/// Name of the header with the rest of the chain (RFC 9440 §2.3).
const CLIENT_CERT_CHAIN: &str = "client-cert-chain";

/// Returns the certificate of a request; `None` without a certificate or a trusted source of it.
pub fn from_request(
    core: &Core,
    request: &HttpRequest,
) -> Result<Option<ClientCertificate>, CertificateHeaderError> {
    if request.conn_data::<MtlsConnection>().is_some() {
        return request
            .conn_data::<PeerCertificates>()
            .and_then(|PeerCertificates(displayed)| displayed.split_first())
            .map(|(own, chain)| read(own, chain.to_vec()))
            .transpose();
    }
    let believed = core.config.mtls.by_header() && received_request::is_from_proxy(request);
    if !believed {
        return Ok(None);
    }
    let Some(own) = only(request.headers(), CLIENT_CERT)? else {
        return Ok(None);
    };
    let Some(own) = certificate::from_field(own)? else {
        return Ok(None);
    };
    let chain = match only(request.headers(), CLIENT_CERT_CHAIN)? {
        Some(chain) => certificate::chain_from_field(chain)?,
        None => Vec::new(),
    };
    read(&own, chain).map(Some)
}

fn read(own: &[u8], chain: Vec<Vec<u8>>) -> Result<ClientCertificate, CertificateHeaderError> {
    ClientCertificate::read(own, chain).map_err(|_| CertificateHeaderError)
}

/// Returns the only field of the name, which the proxy wrote; a second one came from the client
/// (RFC 9440 §2.2 and §2.3).
fn only<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> Result<Option<&'a [u8]>, CertificateHeaderError> {
    let field = header::only(headers, name).map_err(|_| CertificateHeaderError)?;
    Ok(field.map(HeaderValue::as_bytes))
}
