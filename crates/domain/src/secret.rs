//! Secrets: opaque tokens and their hashes, the master key, and encryption at rest.

use std::hash::{Hash, Hasher};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hkdf::Hkdf;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::prelude::*;

#[cfg(test)]
mod tests;

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

doorward_protocol::words! {
    /// The purpose of a key derived from the [`MasterKey`]; keys of two purposes are independent.
    /// The labels are part of the stored format: data sealed under a changed label is lost.
    pub enum KeyPurpose {
        /// Authenticates the anti-forgery tokens of forms.
        Csrf = "doorward/v1/csrf",
        /// Authenticates cookies that carry a value instead of an opaque id.
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
        /// Keys the hash of API keys.
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
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    #[error("the secret key is not base64")]
    Encoding,
    #[error("the secret key must be 32 bytes, this one has {0}")]
    Length(usize),
    #[error("the secret key is a sample value, not random bytes")]
    Sample,
}

/// The secret key of the deployment: 32 random bytes, from which every other key is derived.
#[derive(Clone)]
pub struct MasterKey(Secret<[u8; 32]>);

impl MasterKey {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(Secret::new(*bytes))
    }

    /// Reads the base64 form; surrounding white space and missing padding are accepted.
    pub fn from_base64(text: &str) -> Result<Self, MasterKeyError> {
        const LENIENT: GeneralPurposeConfig =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let engine = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
        let bytes = Zeroizing::new(
            engine
                .decode(text.trim())
                .map_err(|_| MasterKeyError::Encoding)?,
        );
        let key: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| MasterKeyError::Length(bytes.len()))?;
        let key = Zeroizing::new(key);
        // 32 random bytes are all printable with probability 2^-45, and all equal with 2^-248.
        if key.iter().all(|b| *b == key[0]) || key.iter().all(|b| (0x20..0x7f).contains(b)) {
            return Err(MasterKeyError::Sample);
        }
        Ok(Self(Secret::new(*key)))
    }

    /// Returns the base64 form, for the file that stores it.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.expose()))
    }

    /// Derives the key for one purpose: HKDF-SHA-256 (RFC 5869) with a label.
    pub fn derive(&self, purpose: KeyPurpose) -> [u8; 32] {
        derive(self.0.expose(), purpose.as_str().as_bytes())
    }
}

redacted!(MasterKey);

#[expect(
    clippy::expect_used,
    reason = "HKDF-SHA-256 fails only above 255 × 32 bytes of output"
)]
fn derive(secret: &[u8], label: &[u8]) -> [u8; 32] {
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
