//! The TLS side of the listener that requests client certificates (RFC 8705).

use doorward_access::mtls;
use doorward_config::mtls::Mtls;
use doorward_services::client_certificate::{self, MtlsError};
use openssl::ssl::SslAcceptor;

pub(crate) fn acceptor(config: &Mtls) -> Result<SslAcceptor, MtlsError> {
    let chain = match config.certificate.as_deref() {
        Some(path) => client_certificate::read(path)?,
        None => Vec::new(),
    };
    let key = config.private_key.as_ref();
    let key = key.map(|key| key.expose().as_bytes()).unwrap_or_default();
    Ok(mtls::acceptor(&chain, key)?)
}
