//! Encryption of browser data under a key that only the browser's cookie yields: the database alone
//! reveals no token. A sign-in in progress is not stored.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::random::{self, NoRandomness};

/// Length of an AES-GCM nonce in bytes.
const NONCE: usize = 12;
/// Length of the tag of a `state` in bytes.
const TAG: usize = 16;

/// The secrets of a sign-in in progress, derived from its `state` and the browser's cookie.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignInSecrets {
    pub nonce: String,
    pub verifier: String,
}

/// A secret in a browser's cookie: 256 random bits. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BrowserToken(String);

impl BrowserToken {
    pub(crate) fn generate() -> Result<Self, NoRandomness> {
        random::token().map(Self)
    }

    /// Parses a cookie: exactly 43 characters of canonical base64url.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the hash that identifies the cookie in the database.
    pub(crate) fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }

    /// Encrypts `plaintext` for this browser; `purpose` separates different kinds of data.
    pub(crate) fn seal(&self, purpose: &str, plaintext: &[u8]) -> Result<Vec<u8>, NoRandomness> {
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&random::bytes()?[..NONCE]);
        let payload = Payload {
            msg: plaintext,
            aad: purpose.as_bytes(),
        };
        let sealed = Aes256Gcm::new(&self.key(purpose).into())
            .encrypt(&Nonce::from(nonce), payload)
            // Encryption fails only for texts of more than 64 GB.
            .map_err(|_| NoRandomness)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: ciphertext,
            aad: purpose.as_bytes(),
        };
        Aes256Gcm::new(&self.key(purpose).into())
            .decrypt(&Nonce::from(*nonce), payload)
            .ok()
    }

    /// Creates the `state` of a sign-in of this browser that is valid until `expires_at`: the time
    /// and a random number, authenticated with the browser's cookie.
    pub(crate) fn seal_sign_in(
        &self,
        expires_at: i64,
    ) -> Result<(String, SignInSecrets), NoRandomness> {
        let random: [u8; 32] = random::bytes()?;
        let head = [&expires_at.to_be_bytes(), &random[..8]].concat();
        let tag = self.mac("state", &head).finalize().into_bytes();
        let state = URL_SAFE_NO_PAD.encode([&head, &tag[..TAG]].concat());
        let secrets = self.secrets(&state);
        Ok((state, secrets))
    }

    /// Returns the secrets of an unexpired sign-in that this browser started.
    pub(crate) fn resume_sign_in(&self, state: &str, now: i64) -> Option<SignInSecrets> {
        let bytes: [u8; 16 + TAG] = URL_SAFE_NO_PAD.decode(state).ok()?.try_into().ok()?;
        let (head, tag) = bytes.split_at(16);
        self.mac("state", head).verify_truncated_left(tag).ok()?;
        let expires_at = i64::from_be_bytes(*head.first_chunk()?);
        (now < expires_at).then(|| self.secrets(state))
    }

    fn secrets(&self, state: &str) -> SignInSecrets {
        let secret = |purpose| {
            let mac = self.mac(purpose, state.as_bytes());
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        };
        SignInSecrets {
            nonce: secret("nonce"),
            verifier: secret("verifier"),
        }
    }

    /// Returns the token for this browser's forms, which a page of another site cannot know.
    pub(crate) fn csrf(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.csrf_mac().finalize().into_bytes())
    }

    /// Checks a form's token in constant time.
    pub(crate) fn is_csrf(&self, presented: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(presented)
            .is_ok_and(|tag| self.csrf_mac().verify_slice(&tag).is_ok())
    }

    fn csrf_mac(&self) -> Hmac<Sha256> {
        self.mac("csrf", b"form")
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        // RFC 2104 §2: a key shorter than a block is padded with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.key(purpose));
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block.into());
        mac.update(message);
        mac
    }

    fn key(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        let info = [b"doorward tasks web ".as_slice(), purpose.as_bytes()];
        // 32 bytes are always within HKDF's 255 blocks (RFC 5869 §2.3).
        let _ = Hkdf::<Sha256>::new(None, self.0.as_bytes()).expand_multi_info(&info, &mut key);
        key
    }
}

pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests;
