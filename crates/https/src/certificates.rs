//! The certificate that the listener serves. Each handshake reads it, so that a new one is served
//! without a restart, and connections with the former one continue.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use openssl::ssl::SslContext;

use crate::facts::CertificateFacts;
use crate::key_pair::{KeyPair, PairError};

/// A certificate with its TLS context.
#[derive(Debug)]
pub struct Served {
    pub facts: CertificateFacts,
    pub(crate) context: SslContext,
}

/// The certificate for new connections; none until the first one is set.
#[derive(Debug, Default)]
pub struct Certificates {
    current: ArcSwapOption<Served>,
}

impl Certificates {
    /// Serves this pair from the next connection on.
    ///
    /// # Errors
    /// Returns an error, and keeps the former certificate, if the pair cannot be served.
    pub fn set(&self, pair: &KeyPair) -> Result<Arc<Served>, PairError> {
        let served = Arc::new(Served {
            facts: pair.facts()?,
            context: pair.context()?,
        });
        self.current.store(Some(Arc::clone(&served)));
        Ok(served)
    }

    /// Returns the certificate for the next connection.
    pub fn current(&self) -> Option<Arc<Served>> {
        self.current.load_full()
    }
}
