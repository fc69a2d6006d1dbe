//! The certificate that a caller showed (RFC 8705 §3).

use actix_web::{HttpMessage as _, HttpRequest};
use doorward_protocol::certificate::{self, CertificateHeaderError};

/// The header field by which a proxy passes the certificate of a client on (RFC 9440 §2.2).
pub const CLIENT_CERT: &str = "client-cert";

/// The certificate of a caller, by its thumbprint.
///
/// Put it among the data of the connection where your own listener asks for certificates
/// (`HttpServer::on_connect`, or the feature `mtls` of this crate), or among the extensions of a request
/// that came from a proxy which you trust to pass on the certificate that it has seen, and no others:
/// anybody can write the header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallerCertificate {
    thumbprint: String,
}

impl CallerCertificate {
    /// Of a certificate in DER.
    pub fn from_der(der: &[u8]) -> Self {
        Self {
            thumbprint: certificate::thumbprint(der),
        }
    }

    /// Of a `Client-Cert` field (RFC 9440 §2.2); none where the client showed none.
    ///
    /// # Errors
    /// [`CertificateHeaderError`].
    pub fn from_field(value: &[u8]) -> Result<Option<Self>, CertificateHeaderError> {
        let der = certificate::from_field(value)?;
        Ok(der.map(|der| Self::from_der(&der)))
    }

    /// Its `x5t#S256`.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

/// The certificate of who sent this request. What the connection itself says counts before what a proxy
/// says.
pub fn caller_certificate(request: &HttpRequest) -> Option<CallerCertificate> {
    let own = request.conn_data::<CallerCertificate>().cloned();
    own.or_else(|| request.extensions().get::<CallerCertificate>().cloned())
}
