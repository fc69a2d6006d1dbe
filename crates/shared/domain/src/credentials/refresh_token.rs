//! The text of a refresh token (RFC 6749 §1.5). It names its grant and its generation, so that the
//! reuse of an older token (RFC 9700 §4.14.2) is recognized without a row for each token.

use hmac::Mac as _;

use super::keyed_hash::hmac;
use crate::derived_keys::RefreshTokenKey;
use crate::model::GrantId;
use crate::prelude::*;
use crate::secret::{Secret, TokenHash};

/// First byte: distinguishes refresh tokens from codes.
const KIND: u8 = 2;
/// Kind, grant, generation and 256 random bits, which the tag authenticates.
const SIGNED: usize = 1 + 16 + 4 + 32;
/// Length of the tag: HMAC-SHA-256, cut to 128 bits (RFC 2104 §5).
const TAG: usize = 16;
const BYTES: usize = SIGNED + TAG;

/// A refresh token, as the client presents it.
#[derive(Clone, Debug)]
pub struct RefreshTokenText {
    grant: GrantId,
    generation: u32,
    text: Secret<String>,
}

impl RefreshTokenText {
    pub const LEN: usize = 92;

    pub fn generate<R: CryptoRng + ?Sized>(
        grant: GrantId,
        generation: u32,
        key: &RefreshTokenKey,
        rng: &mut R,
    ) -> Self {
        let mut bytes = Zeroizing::new([KIND; BYTES]);
        bytes[1..17].copy_from_slice(grant.as_uuid().as_bytes());
        bytes[17..21].copy_from_slice(&generation.to_be_bytes());
        rng.fill_bytes(&mut bytes[21..SIGNED]);
        let tag = hmac(key.expose())
            .chain_update(&bytes[..SIGNED])
            .finalize()
            .into_bytes();
        bytes[SIGNED..].copy_from_slice(&tag[..TAG]);
        Self {
            grant,
            generation,
            text: Secret::new(URL_SAFE_NO_PAD.encode(*bytes)),
        }
    }

    /// Reads a presented token; returns `None` unless it has exactly this form. Anyone can build a
    /// text of this form: see [`Self::is_genuine`].
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text)?;
        let grant = uuid::Uuid::from_slice(&bytes[1..17]).ok()?;
        let generation = bytes[17..21].try_into().ok()?;
        Some(Self {
            grant: GrantId::from_uuid(grant),
            generation: u32::from_be_bytes(generation),
            text: Secret::from(text),
        })
    }

    /// Returns true if this server issued the token. Without this check, a resource server, which
    /// knows the grant of an access token, could build an older token and have the family revoked.
    pub fn is_genuine(&self, key: &RefreshTokenKey) -> bool {
        let bytes = decode(self.expose());
        bytes.is_some_and(|bytes| {
            let (signed, tag) = bytes.split_at(SIGNED);
            key.all().any(|key| {
                let mac = hmac(key).chain_update(signed);
                mac.verify_truncated_left(tag).is_ok()
            })
        })
    }

    pub const fn grant(&self) -> GrantId {
        self.grant
    }

    /// Returns the number of the token in its family, from 1.
    pub const fn generation(&self) -> u32 {
        self.generation
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

fn decode(text: &str) -> Option<Zeroizing<[u8; BYTES]>> {
    if text.len() != RefreshTokenText::LEN {
        return None;
    }
    let mut bytes = Zeroizing::new([0_u8; BYTES]);
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes).ok()?;
    (length == BYTES && bytes[0] == KIND).then_some(bytes)
}

#[cfg(test)]
mod tests;
