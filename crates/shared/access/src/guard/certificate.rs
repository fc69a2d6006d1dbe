//! The client certificate of a caller (RFC 8705 §3).

use doorward_protocol::certificate::{self, CertificateHeaderError};

/// Header field in which a proxy passes a client certificate (RFC 9440 §2.2).
pub const CLIENT_CERT: &str = "client-cert";

/// The thumbprint of a caller's certificate.
///
/// With actix-web, set it as connection data if your own listener requests certificates
/// (`HttpServer::on_connect`, or the feature `mtls` of this crate). Set it as a request extension
/// only for requests of your own listener, or of a proxy that you trust to pass the certificate it
/// has verified: any client can send the header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallerCertificate {
    thumbprint: String,
}

impl CallerCertificate {
    /// Creates the thumbprint of a DER certificate.
    pub fn from_der(der: &[u8]) -> Self {
        Self {
            thumbprint: certificate::thumbprint(der),
        }
    }

    /// Reads a `Client-Cert` field (RFC 9440 §2.2). Returns `None` if the client sent no
    /// certificate.
    ///
    /// # Errors
    /// Returns [`CertificateHeaderError`] if the field is malformed.
    pub fn from_field(value: &[u8]) -> Result<Option<Self>, CertificateHeaderError> {
        let der = certificate::from_field(value)?;
        Ok(der.map(|der| Self::from_der(&der)))
    }

    /// Returns the `x5t#S256` thumbprint.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}
