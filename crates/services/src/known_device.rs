//! Browsers that an account knows: somebody signed in to it there before. What strangers do to the
//! account does not keep its owner out there (RL-1).
//!
//! The cookie holds an id of the browser and, for each account, a mark that only this server can
//! make for that id. It proves nothing but that: whoever holds it still needs the password.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::{User, UserId};
use doorward_domain::time::UnixSeconds;
use rand::Rng as _;
use subtle::ConstantTimeEq as _;

use crate::keyed_hash::KeyedHash;

/// The accounts that one browser is remembered for, the latest first.
const ACCOUNTS: usize = 5;
const SEPARATOR: char = '.';

/// An account as browsers know it. With another password it is another one to them: whoever signed
/// in with the former one, a thief perhaps, is a stranger again (RC-4). A change by the owner counts
/// like a reset, since it is what people do when they suspect one; the browser that changes it is
/// signed in anew with the same answer, and stays known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub id: UserId,
    /// When its password was last set.
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

/// What a browser brought along. Nothing in it is believed but by [`KnownDevice::knows`].
#[derive(Clone, Debug)]
pub struct KnownDevice {
    id: Id,
    marks: Vec<Mark>,
}

impl KnownDevice {
    /// A browser that was never seen.
    pub fn new() -> Self {
        let mut id = Id::default();
        rand::rng().fill_bytes(&mut id);
        Self {
            id,
            marks: Vec::new(),
        }
    }

    /// Reads a cookie; none if it is not one of ours by its form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(SEPARATOR);
        let id = decode(parts.next()?)?;
        let marks: Vec<Mark> = parts
            .take(ACCOUNTS + 1)
            .map(decode)
            .collect::<Option<_>>()?;
        (marks.len() <= ACCOUNTS).then_some(Self { id, marks })
    }

    /// The value of the cookie.
    pub fn to_cookie(&self) -> String {
        let mut text = URL_SAFE_NO_PAD.encode(self.id);
        for mark in &self.marks {
            text.push(SEPARATOR);
            text.push_str(&URL_SAFE_NO_PAD.encode(mark));
        }
        text
    }

    /// Whether this account was signed in to here before; then the name of its bucket.
    pub fn knows(&self, keyed: &KeyedHash, account: Account) -> Option<String> {
        let expected = mark(keyed, &self.id, account);
        let found = self
            .marks
            .iter()
            .any(|mark| bool::from(mark.ct_eq(&expected)));
        found.then(|| format!("{}:{}", URL_SAFE_NO_PAD.encode(self.id), account.id))
    }

    /// The same browser after a sign-in to this account.
    #[must_use]
    pub fn after_sign_in(mut self, keyed: &KeyedHash, account: Account) -> Self {
        let new = mark(keyed, &self.id, account);
        self.marks.retain(|mark| *mark != new);
        self.marks.insert(0, new);
        self.marks.truncate(ACCOUNTS);
        self
    }
}

impl Default for KnownDevice {
    fn default() -> Self {
        Self::new()
    }
}

fn mark(keyed: &KeyedHash, id: &Id, account: Account) -> Mark {
    let since = account.password_changed_at.map(UnixSeconds::to_be_bytes);
    let since = since.as_ref().map_or(&[][..], |bytes| &bytes[..]);
    keyed.of("device", &[id, account.id.as_uuid().as_bytes(), since])
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests;
