//! The secrets of a client: the current one, and a former one that is still accepted.

use super::Client;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A replaced secret, accepted until it ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormerSecret {
    /// SHA-256 of the secret.
    pub hash: TokenHash,
    /// The time at which it was made; none if it was not made here.
    pub made_at: Option<UnixSeconds>,
    /// The time from which it is no longer accepted.
    pub ends_at: UnixSeconds,
}

/// The last uses of a client's secrets, recorded at most once an hour each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecretUses {
    /// The last use of the current secret.
    pub current: Option<UnixSeconds>,
    /// The last use of the former secret.
    pub former: Option<UnixSeconds>,
}

impl Client {
    /// Replaces the secret. The present one is accepted until `keep_until`; without it, every
    /// present secret ends at once.
    pub fn replace_secret(
        &mut self,
        hash: TokenHash,
        keep_until: Option<UnixSeconds>,
        now: UnixSeconds,
    ) {
        let kept = self.secret_hash.zip(keep_until);
        self.former_secret = kept.map(|(hash, ends_at)| FormerSecret {
            hash,
            made_at: self.secret_made_at,
            ends_at,
        });
        self.secret_hash = Some(hash);
        self.foreign_secret = None;
        self.secret_made_at = Some(now);
    }

    /// Removes every secret.
    pub fn remove_secrets(&mut self) {
        self.secret_hash = None;
        self.foreign_secret = None;
        self.secret_made_at = None;
        self.former_secret = None;
    }

    /// Returns the former secret while it is accepted.
    pub fn live_former_secret(&self, now: UnixSeconds) -> Option<&FormerSecret> {
        let former = self.former_secret.as_ref();
        former.filter(|former| now < former.ends_at)
    }

    /// Returns true if this is the hash of a secret that is accepted now. Each comparison takes
    /// constant time, and both are made.
    pub fn accepts_secret(&self, presented: &TokenHash, now: UnixSeconds) -> bool {
        let is_current = self.secret_hash.as_ref() == Some(presented);
        let former = self.live_former_secret(now);
        let is_former = former.is_some_and(|former| former.hash == *presented);
        is_current || is_former
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::{NOW, SECRET, client};

    fn hash(text: &str) -> TokenHash {
        TokenHash::digest(text)
    }

    #[test]
    fn former_secret_is_accepted_until_its_end() {
        let mut client = client();
        client.replace_secret(hash("new"), Some(NOW + 60), NOW);
        for (now, accepted) in [(NOW, true), (NOW + 59, true), (NOW + 60, false)] {
            assert_eq!(client.accepts_secret(&hash(SECRET), now), accepted, "{now}");
            assert!(client.accepts_secret(&hash("new"), now));
            assert!(!client.accepts_secret(&hash("other"), now));
        }
    }

    #[test]
    fn immediate_replacement_ends_every_secret() {
        let mut client = client();
        client.replace_secret(hash("second"), Some(NOW + 60), NOW);
        client.replace_secret(hash("third"), None, NOW + 1);
        assert_eq!(client.former_secret, None);
        let accepted = [SECRET, "second", "third"];
        let accepted = accepted.map(|text| client.accepts_secret(&hash(text), NOW + 1));
        assert_eq!(accepted, [false, false, true]);
    }

    #[test]
    fn first_secret_has_no_former_one() {
        let mut client = client();
        client.remove_secrets();
        assert!(!client.has_secret() && !client.accepts_secret(&hash(SECRET), NOW));
        client.replace_secret(hash("first"), Some(NOW + 60), NOW);
        assert_eq!(client.former_secret, None);
        assert_eq!(client.secret_made_at, Some(NOW));
    }
}
