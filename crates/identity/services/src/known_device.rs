//! Known devices: browsers in which an account has signed in before. Attacks from elsewhere do not
//! lock its user out there (ASVS 5.0 §6.3.1).
//!
//! The cookie contains an id of the browser and, for each account, a mark that only this server can
//! create for that id. It proves nothing else: its holder still needs the password.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::{User, UserId};
use doorward_domain::time::UnixSeconds;
use rand::CryptoRng;
use subtle::ConstantTimeEq as _;

use crate::keyed_hash::KeyedHash;

/// Maximum number of accounts per browser; the latest come first.
const ACCOUNTS: usize = 5;
const SEPARATOR: char = '.';
/// The label of the keyed hash.
const LABEL: &str = "device";

/// The account fields that a mark is computed from. A new password makes all former devices unknown,
/// because one of them may be an attacker's; the browser that sets it gets a new mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    /// The time when its password was last set.
    pub password_changed_at: Option<UnixSeconds>,
}

impl From<&User> for Account {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            password_changed_at: user.password_changed_at,
        }
    }
}

type Id = [u8; 16];
type Mark = [u8; 32];

/// The content of a browser's cookie, which is unverified except by [`KnownDevice::knows`].
#[derive(Clone, Debug)]
pub struct KnownDevice {
    id: Id,
    marks: Vec<Mark>,
}

impl KnownDevice {
    /// Creates the value of a browser without a cookie.
    pub fn new(rng: &mut impl CryptoRng) -> Self {
        let mut id = Id::default();
        rng.fill_bytes(&mut id);
        Self {
            id,
            marks: Vec::new(),
        }
    }

    /// Parses a cookie; returns `None` if its form is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(SEPARATOR);
        let id = decode(parts.next()?)?;
        let marks: Vec<Mark> = parts
            .take(ACCOUNTS + 1)
            .map(decode)
            .collect::<Option<_>>()?;
        (marks.len() <= ACCOUNTS).then_some(Self { id, marks })
    }

    pub fn to_cookie(&self) -> String {
        let mut text = URL_SAFE_NO_PAD.encode(self.id);
        for mark in &self.marks {
            text.push(SEPARATOR);
            text.push_str(&URL_SAFE_NO_PAD.encode(mark));
        }
        text
    }

    /// Checks that this account has signed in here before; returns the name of its rate limit
    /// bucket.
    pub fn knows(&self, keyed: &KeyedHash, account: Account) -> Option<String> {
        let expected = with_input(&self.id, account, |parts| keyed.digests(LABEL, parts));
        let found = self.marks.iter().any(|mark| {
            let mut keys = expected.iter();
            keys.any(|expected| bool::from(mark.ct_eq(expected)))
        });
        found.then(|| format!("{}:{}", URL_SAFE_NO_PAD.encode(self.id), account.id))
    }

    /// Adds the mark of an account that signed in, as the latest one.
    #[must_use]
    pub fn after_sign_in(mut self, keyed: &KeyedHash, account: Account) -> Self {
        let new = with_input(&self.id, account, |parts| keyed.digest(LABEL, parts));
        self.marks.retain(|mark| *mark != new);
        self.marks.insert(0, new);
        self.marks.truncate(ACCOUNTS);
        self
    }
}

/// Passes what a mark is computed from.
fn with_input<T>(id: &Id, account: Account, hash: impl FnOnce(&[&[u8]]) -> T) -> T {
    let since = account.password_changed_at.map(UnixSeconds::to_be_bytes);
    let since = since.as_ref().map_or(&[][..], |bytes| &bytes[..]);
    hash(&[id, account.id.as_uuid().as_bytes(), since])
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests;
