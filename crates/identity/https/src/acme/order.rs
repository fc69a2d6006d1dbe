//! The certificate to obtain, the steps of the caller, and the result.

use std::fmt;

use super::call::Call;
use super::challenge::{Challenge, ChallengeKind};

/// An account at the authority that the operator created (RFC 8555 §7.3.4).
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalAccount {
    pub key_id: String,
    /// In base64url, as the authority shows it.
    pub hmac_key: String,
}

/// The certificate to obtain.
#[derive(Clone)]
pub struct Order {
    /// URL of the directory.
    pub directory: String,
    pub hosts: Vec<String>,
    pub kind: ChallengeKind,
    /// E-mail addresses for messages of the authority.
    pub contacts: Vec<String>,
    pub external: Option<ExternalAccount>,
    /// ID of the certificate that the new one replaces (RFC 9773 §5).
    pub replaces: Option<String>,
}

/// The next step of the caller.
#[derive(Debug)]
pub enum Step {
    /// Send the request, then call `Issuance::receive` or `Issuance::fail`.
    Send(Call),
    /// Continue after these seconds.
    Wait(u64),
    /// Serve these challenges on all replicas, and continue when they do.
    Serve(Vec<Challenge>),
    Done(Box<Issued>),
}

/// An issued certificate with its key.
#[derive(Clone)]
pub struct Issued {
    /// The chain in PEM.
    pub chain: Vec<u8>,
    /// The private key in PEM.
    pub private_key: Vec<u8>,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").finish_non_exhaustive()
    }
}
