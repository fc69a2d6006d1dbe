//! The text of an authorization code (RFC 6749 §4.1.2). It names its grant, so that the grant's row
//! is found without an index of codes.

use crate::model::GrantId;
use crate::prelude::*;
use crate::secret::{Secret, TokenHash};

/// First byte: distinguishes codes from refresh tokens.
const KIND: u8 = 1;
/// Kind, grant and 256 random bits.
const BYTES: usize = 1 + 16 + 32;

/// An authorization code, as the client presents it.
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    grant: GrantId,
    text: Secret<String>,
}

impl AuthorizationCode {
    pub const LEN: usize = 66;

    pub fn generate<R: CryptoRng + ?Sized>(grant: GrantId, rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([KIND; BYTES]);
        bytes[1..17].copy_from_slice(grant.as_uuid().as_bytes());
        rng.fill_bytes(&mut bytes[17..]);
        let text = Secret::new(URL_SAFE_NO_PAD.encode(*bytes));
        Self { grant, text }
    }

    /// Reads a presented code; returns `None` unless it has exactly this form.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != Self::LEN {
            return None;
        }
        // One byte more, as the decoder estimates.
        let mut bytes = Zeroizing::new([0_u8; BYTES + 2]);
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes).ok()?;
        if length != BYTES || bytes[0] != KIND {
            return None;
        }
        let grant = uuid::Uuid::from_slice(&bytes[1..17]).ok()?;
        Some(Self {
            grant: GrantId::from_uuid(grant),
            text: Secret::from(text),
        })
    }

    pub const fn grant(&self) -> GrantId {
        self.grant
    }

    /// Returns the SHA-256 of the text, which the store holds.
    pub fn hash(&self) -> TokenHash {
        TokenHash::digest(self.text.expose())
    }

    /// Returns the text, for the one response that carries it.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }
}

#[cfg(test)]
mod tests;
