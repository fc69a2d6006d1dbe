//! The purposes of the keys that are derived from a secret key, and the names of secret keys.

use std::fmt::Write as _;

use crate::prelude::*;

doorward_protocol::words! {
    /// The purpose of a key derived from the [`MasterKey`](super::MasterKey); keys of two purposes
    /// are independent. The labels are part of the stored format: data sealed under a changed label
    /// is lost.
    pub enum KeyPurpose {
        /// Authenticates the anti-forgery tokens of forms.
        Csrf = "doorward/v1/csrf",
        /// Encrypts the state of sign-ins at sites, which is bound to a cookie.
        Cookie = "doorward/v1/cookie",
        /// Keys the hashes of rate limit subjects and of known devices.
        Throttle = "doorward/v1/throttle",
        /// Encrypts private signing keys at rest.
        KeyEncryption = "doorward/v1/key-encryption",
        /// Encrypts TOTP secrets at rest.
        TotpEncryption = "doorward/v1/totp-encryption",
        /// Authenticates pagination cursors.
        Pagination = "doorward/v1/pagination",
        /// Encrypts stored responses of idempotent create requests, which contain secrets shown once.
        OnceAnswer = "doorward/v1/once-answer",
        /// Authenticates the audit chain.
        Audit = "doorward/v1/audit",
        /// Keys the hash of API keys and of app passwords.
        ApiKey = "doorward/v1/api-key",
        /// Keys the hash of recovery codes.
        RecoveryCode = "doorward/v1/recovery-code",
        /// Encrypts queued jobs, which contain mail links.
        Job = "doorward/v1/job",
        /// Encrypts drafts of forms that could not be saved yet.
        Draft = "doorward/v1/draft",
        /// Derives the nonces for DPoP proofs.
        DpopNonce = "doorward/v1/dpop-nonce",
        /// Keys pairwise subject identifiers.
        PairwiseSubject = "doorward/v1/pairwise-subject",
        /// Encrypts the state of passkey ceremonies, which the page holds.
        Passkey = "doorward/v1/passkey",
        /// Encrypts the client secrets for identity providers, and the login state of sign-ins with
        /// them.
        Provider = "doorward/v1/provider",
        /// Keys the hash of e-mailed codes.
        EmailCode = "doorward/v1/email-code",
        /// Authenticates refresh tokens.
        RefreshToken = "doorward/v1/refresh-token",
        /// Keys the hash of support codes.
        SupportCode = "doorward/v1/support-code",
        /// Encrypts the keys of certificates and of the account at their authority.
        Https = "doorward/v1/https",
        /// Encrypts the keys that are kept of former secret keys.
        KeptKey = "doorward/v1/kept-key",
        /// Encrypts the credentials with which signals are pushed.
        Signals = "doorward/v1/signals",
        /// Encrypts the tokens with which clients recognize pings.
        Ping = "doorward/v1/ping",
        /// Encrypts the tokens of applications that get users by SCIM.
        Scim = "doorward/v1/scim",
    }
}

/// The name of a secret key: 16 hexadecimal digits that reveal nothing about it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(String);

impl KeyId {
    /// Builds the name from bytes that are derived from the secret key for it alone.
    pub(super) fn from_derived(derived: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(16);
        for byte in &derived[..8] {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Reads a stored name; returns `None` unless it has this form.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 16 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
