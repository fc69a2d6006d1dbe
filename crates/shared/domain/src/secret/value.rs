//! Secret values: opaque tokens and their hashes, and encryption at rest.

use std::hash::{Hash, Hasher};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::prelude::*;

/// A value that must not be printed, serialised or left in memory, which is overwritten when the
/// value is dropped.
#[derive(Clone, Default)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value; each call needs a review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<'de, T: Zeroize + serde::Deserialize<'de>> serde::Deserialize<'de> for Secret<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> ZeroizeOnDrop for Secret<T> {}

/// An unguessable bearer value: 256 random bits as 43 base64url characters.
///
/// Session cookies, client secrets and others are of this type. The store keeps
/// only [`OpaqueToken::hash`].
#[derive(Clone)]
pub struct OpaqueToken(Secret<String>);

impl OpaqueToken {
    /// Length of the text form in characters.
    pub const LEN: usize = 43;

    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(Secret::new(URL_SAFE_NO_PAD.encode(*bytes)))
    }

    /// Reads a presented token; returns `None` unless it is exactly 43 canonical base64url
    /// characters.
    ///
    /// Canonical means that the unused low bits of the last character are zero, so that each token
    /// has one text form.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != Self::LEN {
            return None;
        }
        let mut bytes = Zeroizing::new([0_u8; 33]);
        match URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes) {
            Ok(32) => Some(Self(Secret::from(text))),
            _ => None,
        }
    }

    /// Returns the SHA-256 of the text form, which the store holds.
    pub fn hash(&self) -> TokenHash {
        TokenHash::digest(self.0.expose())
    }

    /// Returns the text form, for the one response that carries it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

redacted!(OpaqueToken);

impl PartialEq for OpaqueToken {
    fn eq(&self, other: &Self) -> bool {
        self.expose()
            .as_bytes()
            .ct_eq(other.expose().as_bytes())
            .into()
    }
}

impl Eq for OpaqueToken {}

/// A reference token, an access token without content: `dwa_` and 256 random bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceToken(OpaqueToken);

impl ReferenceToken {
    const PREFIX: &str = "dwa_";

    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(OpaqueToken::generate(rng))
    }

    /// Reads a presented token; returns `None` unless it has exactly this form.
    pub fn parse(text: &str) -> Option<Self> {
        OpaqueToken::parse(text.strip_prefix(Self::PREFIX)?).map(Self)
    }

    pub fn hash(&self) -> TokenHash {
        self.0.hash()
    }

    /// Returns the text form, for the one response that carries it.
    pub fn to_text(&self) -> String {
        format!("{}{}", Self::PREFIX, self.0.expose())
    }
}

/// The SHA-256 of a bearer value.
///
/// A fast hash suffices because the values carry 256 random bits. Comparison takes constant time.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes any presented text, even a malformed one, which then matches no stored hash.
    pub fn digest(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Wraps a keyed hash that was computed elsewhere.
    pub(crate) const fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a stored hash; returns `None` unless it has 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Encodes the hash as 43 base64url characters, for cache keys.
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl serde::Serialize for TokenHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64url())
    }
}

/// Serializes the SHA-256 of stored password hashes, so that the serialized object changes with them.
pub(crate) fn serialize_digests<'a, S: serde::Serializer>(
    stored: impl IntoIterator<Item = &'a String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let texts = stored.into_iter();
    serializer.collect_seq(texts.map(|text| TokenHash::digest(text)))
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The first two bytes distinguish hashes in a failing test.
        write!(f, "TokenHash({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

#[expect(
    clippy::expect_used,
    reason = "HKDF-SHA-256 fails only above 255 × 32 bytes of output"
)]
pub(super) fn derive(secret: &[u8], label: &[u8]) -> [u8; 32] {
    let mut key = [0_u8; 32];
    Hkdf::<Sha256>::new(None, secret)
        .expand(label, &mut key)
        .expect("32 bytes of output");
    key
}

/// A sealed value that cannot be opened: wrong key, wrong associated data, or damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value cannot be opened with this key")]
pub struct OpenError;

const FORMAT: u8 = 1;
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;

/// Encrypts with AES-256-GCM. The result is a format byte, a random 96-bit nonce, ciphertext and
/// tag.
///
/// `aad` binds the value to its location (for example the row's id), so that it cannot be moved.
#[expect(
    clippy::expect_used,
    reason = "AES-GCM fails only above 64 GiB of plaintext"
)]
pub fn seal<R: CryptoRng + ?Sized>(
    key: &[u8; 32],
    plaintext: &[u8],
    aad: &[u8],
    rng: &mut R,
) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    let sealed = Aes256Gcm::new(key.into())
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: plaintext,
                aad,
            },
        )
        .expect("plaintext below 64 GiB");
    let mut out = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
    out.push(FORMAT);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    out
}

/// Decrypts a value sealed by [`seal`] with the same key and associated data.
pub fn open(key: &[u8; 32], sealed: &[u8], aad: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let Some((&FORMAT, rest)) = sealed.split_first() else {
        return Err(OpenError);
    };
    let (nonce, msg) = rest.split_first_chunk::<NONCE_LEN>().ok_or(OpenError)?;
    if msg.len() < TAG_LEN {
        return Err(OpenError);
    }
    Aes256Gcm::new(key.into())
        .decrypt(&Nonce::from(*nonce), Payload { msg, aad })
        .map(Zeroizing::new)
        .map_err(|_| OpenError)
}

/// Decrypts a value sealed by [`seal`] with one of these keys.
pub fn open_with<'k>(
    keys: impl IntoIterator<Item = &'k [u8; 32]>,
    sealed: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut keys = keys.into_iter();
    keys.find_map(|key| open(key, sealed, aad).ok())
        .ok_or(OpenError)
}

const SUCCESSOR: &[u8] = b"doorward/v1/refresh-successor";

/// Seals the successor of a refresh token so that only the holder of the consumed token can open
/// it.
///
/// The key is derived from the consumed token, of which the store holds only the hash. So the
/// database reveals nothing, and a client that lost the response receives the same successor again.
pub fn seal_successor<R: CryptoRng + ?Sized>(
    consumed: &str,
    successor: &str,
    rng: &mut R,
) -> Vec<u8> {
    let key = Zeroizing::new(derive(consumed.as_bytes(), SUCCESSOR));
    let bound_to = TokenHash::digest(consumed);
    seal(&key, successor.as_bytes(), bound_to.as_bytes(), rng)
}

/// Opens a successor sealed by [`seal_successor`]; returns `None` for another token or damaged
/// bytes.
pub fn open_successor(consumed: &str, sealed: &[u8]) -> Option<Secret<String>> {
    let key = Zeroizing::new(derive(consumed.as_bytes(), SUCCESSOR));
    let plain = open(&key, sealed, TokenHash::digest(consumed).as_bytes()).ok()?;
    std::str::from_utf8(&plain).ok().map(Secret::from)
}
