//! The secret keys of the deployment.

use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::kept_key::{KeptKey, KeptKeyRecord};
use super::key_purpose::{KeyId, KeyPurpose};
use super::value::{OpenError, Secret, derive, open, open_with, seal};
use crate::prelude::*;

/// The label under which a secret key is named.
const ID: &[u8] = b"doorward/v1/key-id";

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    #[error("the secret key is not base64")]
    Encoding,
    #[error("the secret key must be 32 bytes, this one has {0}")]
    Length(usize),
    #[error("the secret key is a sample value, not random bytes")]
    Sample,
}

/// The secret keys of the deployment, from which every other key is derived: the newest encrypts and
/// hashes, and all open and recognize what others of them have made.
#[derive(Clone)]
pub struct MasterKey {
    newest: Secret<[u8; 32]>,
    /// The key that other replicas use already.
    next: Option<Secret<[u8; 32]>>,
    /// The former keys, the latest first.
    former: Vec<Secret<[u8; 32]>>,
    /// The keys that are kept of keys which are not configured any more, or soon will not be.
    kept: Vec<KeptKey>,
}

impl MasterKey {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill_bytes(&mut *bytes);
        Self::of(*bytes)
    }

    const fn of(bytes: [u8; 32]) -> Self {
        Self {
            newest: Secret::new(bytes),
            next: None,
            former: Vec::new(),
            kept: Vec::new(),
        }
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
        Ok(Self::of(*key))
    }

    /// Adds the key that replaces this one: values of replicas that use it already are opened.
    #[must_use]
    pub fn with_next(self, next: Self) -> Self {
        Self {
            next: Some(next.newest),
            ..self
        }
    }

    /// Adds former keys, the latest first.
    #[must_use]
    pub fn with_former(mut self, former: impl IntoIterator<Item = Self>) -> Self {
        self.former.extend(former.into_iter().map(|key| key.newest));
        self
    }

    /// Adds the keys that are kept of former secret keys.
    #[must_use]
    pub fn with_kept(mut self, kept: Vec<KeptKey>) -> Self {
        self.kept = kept;
        self.kept.sort_by_key(|kept| kept.kept_at);
        self
    }

    /// Returns the base64 form of the newest key, for the file that stores it.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.newest.expose()))
    }

    /// Returns the name of the newest key.
    pub fn id(&self) -> KeyId {
        id_of(&self.newest)
    }

    /// Returns true if other replicas may use another key as the newest already.
    pub const fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Returns true if a second key is configured.
    pub fn is_changing(&self) -> bool {
        self.has_next() || !self.former.is_empty()
    }

    /// Returns each former key alone, the first one first.
    pub fn former(&self) -> impl Iterator<Item = Self> {
        self.former.iter().rev().map(|key| Self::of(*key.expose()))
    }

    /// Derives the newest key for a purpose: HKDF-SHA-256 (RFC 5869) with a label.
    pub fn derive(&self, purpose: KeyPurpose) -> [u8; 32] {
        derived(&self.newest, purpose)
    }

    /// Derives the keys of a purpose from the other secret keys, without a repetition.
    pub fn derive_others(&self, purpose: KeyPurpose) -> Vec<[u8; 32]> {
        let configured = self.next.iter().chain(&self.former);
        let configured = configured.map(|key| derived(key, purpose));
        let kept = self.kept.iter().filter(|kept| kept.purpose == purpose);
        let kept = kept.rev().map(|kept| *kept.key.expose());
        let mut keys = vec![self.derive(purpose)];
        for key in configured.chain(kept) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.remove(0);
        keys
    }

    /// Derives the key of a purpose whose values never change: from the first secret key.
    pub fn derive_first(&self, purpose: KeyPurpose) -> [u8; 32] {
        let mut kept = self.kept.iter().filter(|kept| kept.purpose == purpose);
        match (kept.next(), self.former.last()) {
            (Some(kept), _) => *kept.key.expose(),
            (None, Some(first)) => derived(first, purpose),
            (None, None) => self.derive(purpose),
        }
    }

    /// Derives the keys that authenticate the audit chain, the first one first, each with the name
    /// of its secret key and the last link that it authenticates.
    pub fn derive_chain(&self) -> Vec<(KeyId, Option<i64>, Secret<[u8; 32]>)> {
        let purpose = KeyPurpose::Audit;
        let kept = self.kept.iter().filter(|kept| kept.purpose == purpose);
        let mut keys: Vec<_> = kept
            .map(|kept| (kept.secret_key.clone(), kept.last_link, kept.key.clone()))
            .collect();
        keys.sort_by_key(|(_, last, _)| last.unwrap_or(i64::MAX));
        let former = self.former.iter().rev().chain([&self.newest]);
        for key in former.chain(&self.next) {
            let id = id_of(key);
            if keys.iter().all(|(known, ..)| *known != id) {
                keys.push((id, None, Secret::new(derived(key, purpose))));
            }
        }
        keys
    }

    /// Opens a value that was sealed for a purpose under any of the keys.
    pub fn open(
        &self,
        purpose: KeyPurpose,
        sealed: &[u8],
        aad: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        open(&self.derive(purpose), sealed, aad)
            .or_else(|_| open_with(&self.derive_others(purpose), sealed, aad))
    }

    /// Seals a kept key under the newest secret key.
    pub fn seal_kept<R: CryptoRng + ?Sized>(&self, kept: &KeptKey, rng: &mut R) -> KeptKeyRecord {
        let id = kept.id();
        let key = self.derive(KeyPurpose::KeptKey);
        KeptKeyRecord {
            kept_at: kept.kept_at,
            expires_at: kept.expires_at,
            last_link: kept.last_link,
            sealed: seal(&key, &kept.to_plain(), id.as_bytes(), rng),
            id,
        }
    }

    /// Opens a kept key.
    pub fn open_kept(&self, record: &KeptKeyRecord) -> Result<KeptKey, OpenError> {
        let aad = record.id.as_bytes();
        let plain = self.open(KeyPurpose::KeptKey, &record.sealed, aad)?;
        KeptKey::from_plain(&record.id, &plain).ok_or(OpenError)
    }
}

redacted!(MasterKey);

fn derived(key: &Secret<[u8; 32]>, purpose: KeyPurpose) -> [u8; 32] {
    derive(key.expose(), purpose.as_str().as_bytes())
}

fn id_of(key: &Secret<[u8; 32]>) -> KeyId {
    KeyId::from_derived(&derive(key.expose(), ID))
}

#[cfg(test)]
mod tests;
