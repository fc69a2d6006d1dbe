//! Proof Key for Code Exchange (RFC 7636), S256 only (RFC 9700 §2.1.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::OAuthError;

/// An S256 code challenge: the base64url of 32 bytes, 43 characters (RFC 7636 §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method` as sent, including empty values.
    ///
    /// Returns `None` if both are absent; the caller decides whether PKCE is required.
    ///
    /// # Errors
    /// Returns `invalid_request` for everything else but a well-formed S256 challenge: `plain`, an
    /// absent method (which RFC 7636 §4.3 reads as `plain`), a method without a challenge, an empty
    /// or malformed challenge.
    pub fn parse(
        challenge: Option<&str>,
        method: Option<&str>,
    ) -> Result<Option<Self>, OAuthError> {
        let refuse = |why: &'static str| Err(OAuthError::invalid_request(why));
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => refuse("'code_challenge_method' requires 'code_challenge'"),
            (Some(challenge), Some("S256")) => match Self::from_s256(challenge) {
                Some(challenge) => Ok(Some(challenge)),
                None => refuse("'code_challenge' is not the base64url of a SHA-256 hash"),
            },
            (Some(_), _) => refuse("'code_challenge_method' must be S256"),
        }
    }

    /// Reads a challenge that is known to be S256, such as a stored one; returns `None` if it is
    /// malformed.
    pub fn from_s256(challenge: &str) -> Option<Self> {
        // The engine rejects padding and non-canonical trailing bits.
        let hash = URL_SAFE_NO_PAD.decode(challenge).ok()?;
        (hash.len() == 32).then(|| Self(challenge.to_owned()))
    }

    /// Returns true if this verifier matches the challenge; compares in constant time.
    ///
    /// A verifier must be 43 to 128 unreserved characters (RFC 7636 §4.1).
    pub fn verify(&self, verifier: &str) -> bool {
        is_verifier(verifier) && bool::from(s256(verifier).as_bytes().ct_eq(self.0.as_bytes()))
    }

    /// Returns the challenge as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Computes `BASE64URL(SHA256(verifier))` (RFC 7636 §4.2).
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Returns true for 43*128unreserved (RFC 7636 §4.1).
fn is_verifier(verifier: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && verifier
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

impl<'de> Deserialize<'de> for CodeChallenge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_s256(&text).ok_or_else(|| serde::de::Error::custom("not an S256 code challenge"))
    }
}

#[cfg(test)]
mod tests;
