//! Time-based one-time passwords (RFC 6238): six digits for 30 seconds by HMAC-SHA-1, the one form
//! that every authenticator app supports.

use doorward_protocol::displayed_text::is_hidden;
use rand_core::CryptoRng;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use super::typed_code;
use crate::model::UserId;
use crate::secret::{OpenError, Secret, open_with, seal};
use crate::time::UnixSeconds;

/// The validity of one code, in seconds.
pub const STEP: i64 = 30;
/// The number of digits of a code.
const LEN: usize = 6;
/// The number of bytes of a secret: 160 bits (RFC 4226 §4 R6).
const SECRET_LEN: usize = 20;
/// The maximum number of characters of a site or account name in a [`TotpSecret::uri`].
const LABEL_MAX: usize = 64;

/// The secret that an authenticator app and this server share.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_LEN]>);

redacted!(TotpSecret);

impl TotpSecret {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0_u8; SECRET_LEN]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// Encrypts the secret for storage, bound to the user.
    pub fn seal<R: CryptoRng + ?Sized>(
        &self,
        key: &[u8; 32],
        user: UserId,
        rng: &mut R,
    ) -> Vec<u8> {
        seal(key, &*self.0, user.as_uuid().as_bytes(), rng)
    }

    /// Decrypts a secret that [`seal`](Self::seal) encrypted for this user with one of these keys.
    pub fn open<'k>(
        keys: impl IntoIterator<Item = &'k [u8; 32]>,
        sealed: &[u8],
        user: UserId,
    ) -> Result<Self, OpenError> {
        let plain = open_with(keys, sealed, user.as_uuid().as_bytes())?;
        let bytes = plain.as_slice().try_into().map_err(|_| OpenError)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// Takes a secret of 160 bits; `None` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// Reads the base32 form (RFC 4648 §6), ignoring case and spaces.
    pub fn from_base32(text: &str) -> Option<Self> {
        let plain: String = text.split_whitespace().collect();
        let secret = totp_rs::Secret::try_from_base32(plain.to_ascii_uppercase()).ok()?;
        let bytes = secret.as_ref().try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// Returns the secret in base32, in groups of four, for manual entry in the app.
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

    /// Returns the `otpauth:` URI for the QR code. Colons, which would split the label, are removed
    /// from the names.
    pub fn uri(&self, site: &str, account: &str) -> Zeroizing<String> {
        let builder = self.builder().with_issuer(Some(label(site)));
        let uri = builder
            .with_account_name(label(account))
            .build()
            .and_then(|totp| totp.to_url());
        // The library rejects only an empty or split label, which `label` never returns.
        Zeroizing::new(uri.unwrap_or_default())
    }

    /// Returns the time step that a presented code belongs to, with a tolerance of one step on
    /// either side (RFC 6238 §5.2). Ignores spaces and dashes (WCAG 2.2 §3.3.8). The store checks
    /// for replays of the step.
    pub fn step_of(&self, code: &str, now: UnixSeconds) -> Option<i64> {
        let code = digits(code)?;
        let step = self.totp().check(code.expose(), u64::try_from(now).ok()?)?;
        i64::try_from(step).ok()
    }

    /// Returns the current code, as an authenticator app shows it.
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

/// Returns a typed code in ASCII without spaces and dashes; `None` unless it is six digits.
pub fn digits(typed: &str) -> Option<Secret<String>> {
    typed_code::digits(typed, LEN)
}

fn label(name: &str) -> String {
    let plain = name.chars().filter(|c| *c != ':' && !is_hidden(*c));
    let short: String = plain.take(LABEL_MAX).collect();
    match short.trim() {
        "" => "account".to_owned(),
        some => some.to_owned(),
    }
}

#[cfg(test)]
mod tests;
