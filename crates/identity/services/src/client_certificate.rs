//! The authorities that may issue certificates to clients (RFC 8705).

use std::path::Path;

use doorward_domain::credentials::client_certificate::ClientCertificate;
use doorward_domain::time::UnixSeconds;
use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};

/// The OpenSSL security level: at least 112 bits, so RSA from 2048 bits and no SHA-1
/// (manual page `SSL_CTX_set_security_level`).
const SECURITY_LEVEL: i32 = 2;

/// An error in the `[mtls]` configuration.
#[derive(Debug, thiserror::Error)]
pub enum MtlsError {
    #[error("the file {path} cannot be read: {cause}")]
    File { path: String, cause: std::io::Error },
    #[error("the file {0} contains no certificate")]
    Empty(String),
    #[error("the certificates or the key cannot be used: {0}")]
    Unusable(#[from] ErrorStack),
}

#[derive(Debug, Default)]
pub struct Authorities(Vec<X509>);

impl Authorities {
    /// Reads the authorities of a file; empty without a path.
    pub fn read(path: Option<&Path>) -> Result<Self, MtlsError> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let found = X509::stack_from_pem(&read(path)?)?;
        if found.is_empty() {
            return Err(MtlsError::Empty(path.display().to_string()));
        }
        Ok(Self(found))
    }

    /// Returns true if an authority vouches for a certificate at this time (RFC 5280 §6, RFC 8705
    /// §2.1): with the presented chain, for client authentication, and without weak keys.
    pub fn vouch_for(&self, presented: &ClientCertificate, now: UnixSeconds) -> bool {
        !self.0.is_empty() && self.verify(presented, now).unwrap_or(false)
    }

    fn verify(&self, presented: &ClientCertificate, now: UnixSeconds) -> Result<bool, ErrorStack> {
        let mut param = X509VerifyParam::new()?;
        param.set_time(now);
        param.set_purpose(X509PurposeId::SSL_CLIENT)?;
        param.set_auth_level(SECURITY_LEVEL);
        // Every certificate that the operator lists is a trust anchor, also an intermediate one.
        param.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
        let mut store = X509StoreBuilder::new()?;
        for item in &self.0 {
            store.add_cert(item.clone())?;
        }
        store.set_param(&param)?;
        let store = store.build();
        let own = X509::from_der(&presented.der)?;
        let mut chain = Stack::new()?;
        for item in &presented.chain {
            chain.push(X509::from_der(item)?)?;
        }
        let mut context = X509StoreContext::new()?;
        context.init(&store, &own, &chain, |context| {
            let good = context.verify_cert()?;
            if !good {
                tracing::info!(error = %context.error(), "client certificate not trusted");
            }
            Ok(good)
        })
    }
}

/// Reads a file of the `[mtls]` configuration.
pub fn read(path: &Path) -> Result<Vec<u8>, MtlsError> {
    std::fs::read(path).map_err(|cause| MtlsError::File {
        path: path.display().to_string(),
        cause,
    })
}
