//! A certificate chain with the private key of its first certificate.

use std::fmt;

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::facts::CertificateFacts;

/// The reason why a certificate and a key cannot be served.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PairError {
    #[error("the file {path} cannot be read: {cause}")]
    Unreadable {
        is_key: bool,
        path: String,
        cause: String,
    },
    #[error("the certificate file contains no certificate")]
    NoCertificate,
    #[error("the certificate cannot be read: {0}")]
    Certificate(String),
    #[error("the private key cannot be read")]
    Key,
    #[error("the private key does not belong to the first certificate of the chain")]
    Mismatch,
    #[error("OpenSSL does not accept the certificate: {0}")]
    Rejected(String),
}

impl PairError {
    /// Returns true if the operator must look at the private key.
    pub fn is_about_key(&self) -> bool {
        matches!(
            self,
            Self::Unreadable { is_key: true, .. } | Self::Key | Self::Mismatch
        )
    }

    /// Returns an instruction for the operator.
    pub fn remediation(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name a file that the user of the server may read",
            Self::NoCertificate | Self::Certificate(_) => {
                "write the chain in PEM, the server's own certificate first"
            }
            Self::Key => "write the private key in PEM, without a passphrase",
            Self::Mismatch => "name the key with which the certificate was requested",
            Self::Rejected(_) => {
                "use a key of at least 2048 bits (RSA) or the curve P-256, signed with SHA-256"
            }
        }
    }
}

impl From<ErrorStack> for PairError {
    fn from(error: ErrorStack) -> Self {
        Self::Rejected(error.to_string())
    }
}

/// A certificate chain with its private key.
#[derive(Clone)]
pub struct KeyPair {
    pub(crate) chain: Vec<X509>,
    pub(crate) key: PKey<Private>,
}

impl KeyPair {
    /// Reads a chain and a key in PEM.
    ///
    /// # Errors
    /// [`PairError`] if one cannot be read, or if they do not belong together.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, PairError> {
        let chain = X509::stack_from_pem(chain).map_err(unreadable)?;
        let own = chain.first().ok_or(PairError::NoCertificate)?;
        // Without a callback, OpenSSL would ask for the passphrase at the terminal.
        let key = PKey::private_key_from_pem_callback(key, |_| Ok(0));
        let key = key.map_err(|_| PairError::Key)?;
        if !key.public_eq(&*own.public_key()?) {
            return Err(PairError::Mismatch);
        }
        Ok(Self { chain, key })
    }

    /// Returns the names and dates of the first certificate.
    ///
    /// # Errors
    /// Returns an error if its dates cannot be read.
    pub fn facts(&self) -> Result<CertificateFacts, PairError> {
        CertificateFacts::read(&self.chain).map_err(unreadable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn unreadable(error: ErrorStack) -> PairError {
    PairError::Certificate(error.to_string())
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("certificates", &self.chain.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
