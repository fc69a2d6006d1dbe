//! The certificate that the listener serves, and the challenges that it answers. Each handshake reads
//! them, so that a new certificate is served without a restart, and connections with the former one
//! continue.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use openssl::ssl::SslContext;

use crate::acme::{Challenge, ChallengeKind};
use crate::context;
use crate::facts::CertificateFacts;
use crate::key_pair::{KeyPair, PairError};

/// A certificate with its TLS context.
#[derive(Debug)]
pub struct Served {
    pub facts: CertificateFacts,
    pub(crate) context: SslContext,
}

/// A challenge; one of TLS has a context.
#[derive(Debug)]
struct ServedChallenge {
    challenge: Challenge,
    context: Option<SslContext>,
}

/// The certificate for new connections; none until the first one is set.
#[derive(Debug, Default)]
pub struct Certificates {
    current: ArcSwapOption<Served>,
    challenges: ArcSwap<Vec<ServedChallenge>>,
}

impl Certificates {
    /// Serves this pair from the next connection on.
    ///
    /// # Errors
    /// Returns an error, and keeps the former certificate, if the pair cannot be served.
    pub fn set(&self, pair: &KeyPair) -> Result<Arc<Served>, PairError> {
        let served = Arc::new(Served {
            facts: pair.facts()?,
            context: context::server(pair)?,
        });
        self.current.store(Some(Arc::clone(&served)));
        Ok(served)
    }

    /// Returns the certificate for the next connection.
    pub fn current(&self) -> Option<Arc<Served>> {
        self.current.load_full()
    }

    /// Answers these challenges, and no others.
    ///
    /// # Errors
    /// Returns an error if a certificate for a challenge cannot be created.
    pub fn set_challenges(&self, challenges: &[Challenge]) -> Result<(), PairError> {
        let former = self.challenges.load();
        if former.iter().map(|it| &it.challenge).eq(challenges) {
            return Ok(());
        }
        let serve = |challenge: &Challenge| -> Result<ServedChallenge, PairError> {
            let context = match challenge.kind {
                ChallengeKind::Http01 => None,
                ChallengeKind::TlsAlpn01 => Some(context::challenge(&challenge.certificate()?)?),
            };
            Ok(ServedChallenge {
                challenge: challenge.clone(),
                context,
            })
        };
        let served = challenges.iter().map(serve).collect::<Result<_, _>>()?;
        self.challenges.store(Arc::new(served));
        Ok(())
    }

    /// Returns the answer to an HTTP challenge (RFC 8555 §8.3).
    pub(crate) fn key_authorization(&self, token: &str) -> Option<String> {
        let challenges = self.challenges.load();
        let mut http = challenges.iter().map(|it| &it.challenge);
        let found = http.find(|it| it.kind == ChallengeKind::Http01 && it.token == token)?;
        Some(found.key_authorization.clone())
    }

    /// Returns true if a connection may be a challenge (RFC 8737).
    pub(crate) fn expects_challenge(&self) -> bool {
        self.challenges.load().iter().any(|it| it.context.is_some())
    }

    /// Returns the context for the challenge of a host.
    pub(crate) fn challenge_context(&self, host: &str) -> Option<SslContext> {
        let challenges = self.challenges.load();
        let mut open = challenges.iter();
        let found = open.find(|it| it.challenge.host.eq_ignore_ascii_case(host))?;
        found.context.clone()
    }
}
