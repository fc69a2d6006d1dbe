//! App passwords as text: generated, and readable enough to be typed on a device.

use rand_core::CryptoRng;

use super::keyed_hash::keyed_hash;
use super::typed_code;
use crate::model::UserId;
use crate::secret::{Secret, TokenHash};

/// The number of characters; each carries 5 bits, so that a password carries 130. At least 128 are required.
const LEN: usize = 26;
/// The number of characters between two dashes.
const GROUP: usize = 5;
/// Crockford's base 32, without characters that look alike.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Separates these hashes from those of API keys, which have the same key.
const LABEL: &[u8] = b"app password";

/// A typed or generated app password. Only the store knows whether it was issued.
#[derive(Clone)]
pub struct AppPasswordText(Secret<String>);

redacted!(AppPasswordText);

impl AppPasswordText {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(Secret::new(typed_code::generate::<32, R>(
            ALPHABET, LEN, rng,
        )))
    }

    /// Reads a typed password, ignoring case, spaces and dashes; returns `None` for any other text, such as the
    /// password of an account.
    pub fn parse(typed: &str) -> Option<Self> {
        typed_code::parse(typed, ALPHABET, LEN).map(Self)
    }

    /// Returns the password in groups, for the one response that shows it.
    pub fn to_groups(&self) -> String {
        let plain = self.0.expose().as_bytes();
        let groups: Vec<String> = plain
            .chunks(GROUP)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join("-")
    }

    /// Returns the hash for the store: HMAC-SHA-256 over user and password, with a key that is not in the database.
    /// So a password is useless for another user.
    pub fn hash(&self, key: &[u8; 32], user: UserId) -> TokenHash {
        let user = user.as_uuid();
        keyed_hash(key, &[LABEL, user.as_bytes(), self.0.expose().as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;
    use uuid::Uuid;

    use super::*;

    const KEY: &[u8; 32] = &[7; 32];

    fn user(number: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn shown_password_is_read_back() {
        let password = AppPasswordText::generate(&mut StdRng::seed_from_u64(1));
        let shown = password.to_groups();
        assert_eq!(shown.len(), 26 + 5);
        assert_eq!(shown.split('-').count(), 6);
        let stored = password.hash(KEY, user(1));
        for typed in [
            shown.clone(),
            shown.to_uppercase(),
            shown.replace('-', ""),
            format!(" {} ", shown.replace('-', " ")),
        ] {
            let read = AppPasswordText::parse(&typed).unwrap();
            assert!(read.hash(KEY, user(1)) == stored, "{typed}");
        }
    }

    #[test]
    fn hash_depends_on_user_and_key() {
        let password = AppPasswordText::generate(&mut StdRng::seed_from_u64(1));
        let stored = password.hash(KEY, user(1));
        assert!(password.hash(KEY, user(2)) != stored);
        assert!(password.hash(&[8; 32], user(1)) != stored);
    }

    #[test]
    fn other_texts_are_no_app_passwords() {
        let shown = AppPasswordText::generate(&mut StdRng::seed_from_u64(1)).to_groups();
        for text in ["", "correct horse battery staple", "u", &shown[1..]] {
            assert!(AppPasswordText::parse(text).is_none(), "{text}");
        }
        assert!(AppPasswordText::parse(&format!("{shown}0")).is_none());
        assert_eq!(
            format!("{:?}", AppPasswordText::parse(&shown).unwrap()),
            "AppPasswordText(…)"
        );
    }
}
