//! Time-based one-time passwords (RFC 6238): six digits for 30 seconds by HMAC-SHA-1, the one form
//! that every authenticator app understands.

use rand_core::CryptoRng;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::model::UserId;
use crate::secret::{OpenError, open, seal};
use crate::time::UnixSeconds;

/// How long one code lasts, in seconds.
pub const STEP: i64 = 30;
/// Bytes of a secret: 160 bits (RFC 4226 §4 R6).
const SECRET_LEN: usize = 20;
/// The most characters of a site's or person's name in an [`TotpSecret::uri`].
const LABEL_MAX: usize = 64;

/// What an authenticator app and this server share.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_LEN]>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// Draws a new secret.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0_u8; SECRET_LEN]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// Encrypts the secret for storage; it opens for the same person only.
    pub fn seal<R: CryptoRng + ?Sized>(
        &self,
        key: &[u8; 32],
        user: UserId,
        rng: &mut R,
    ) -> Vec<u8> {
        seal(key, &*self.0, user.as_uuid().as_bytes(), rng)
    }

    /// Decrypts what [`seal`](Self::seal) made for this person.
    pub fn open(key: &[u8; 32], sealed: &[u8], user: UserId) -> Result<Self, OpenError> {
        let plain = open(key, sealed, user.as_uuid().as_bytes())?;
        let bytes = plain.as_slice().try_into().map_err(|_| OpenError)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// Reads the form that people type (RFC 4648 §6); case and spaces do not matter.
    pub fn from_base32(text: &str) -> Option<Self> {
        let plain: String = text.split_whitespace().collect();
        let secret = totp_rs::Secret::try_from_base32(plain.to_ascii_uppercase()).ok()?;
        let bytes = secret.as_ref().try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The secret in base32, in groups of four, for who types it into the app by hand.
    pub fn to_groups(&self) -> Zeroizing<String> {
        let plain = Zeroizing::new(totp_rs::Secret::from(*self.0).to_base32());
        let mut grouped = Zeroizing::new(String::with_capacity(plain.len() * 5 / 4));
        for (index, letter) in plain.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// The `otpauth:` address that the QR code shows. Colons, which would divide the label, are
    /// taken out of the names.
    pub fn uri(&self, site: &str, account: &str) -> Zeroizing<String> {
        let builder = self.builder().with_issuer(Some(label(site)));
        let uri = builder
            .with_account_name(label(account))
            .build()
            .and_then(|totp| totp.to_url());
        // Only an empty or divided label is refused, and there is none.
        Zeroizing::new(uri.unwrap_or_default())
    }

    /// The time step that a presented code belongs to, with one step of tolerance on either side
    /// (RFC 6238 §5.2). Spaces and dashes do not matter (SI-4). Whether the step was used before is
    /// for the store to say.
    pub fn step_of(&self, code: &str, now: UnixSeconds) -> Option<i64> {
        let code = digits(code)?;
        let step = self.totp().check(&code, u64::try_from(now).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code of this moment, as an authenticator app shows it.
    pub fn code_at(&self, now: UnixSeconds) -> String {
        let now = u64::try_from(now).unwrap_or_default();
        self.totp().generate(now).to_string()
    }

    fn builder(&self) -> Builder {
        Builder::new().with_secret(*self.0)
    }

    fn totp(&self) -> Totp {
        self.builder().build_noncompliant()
    }
}

/// What is left of a typed code without spaces and dashes, if it is six digits.
pub fn digits(typed: &str) -> Option<String> {
    let plain: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    (plain.len() == 6 && plain.bytes().all(|b| b.is_ascii_digit())).then_some(plain)
}

fn label(name: &str) -> String {
    let plain = name.chars().filter(|c| *c != ':' && !c.is_control());
    let short: String = plain.take(LABEL_MAX).collect();
    match short.trim() {
        "" => "account".to_owned(),
        some => some.to_owned(),
    }
}

#[cfg(test)]
mod tests;
