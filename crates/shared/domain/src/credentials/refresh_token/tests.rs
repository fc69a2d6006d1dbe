use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;
use crate::model::sample::grant;
use crate::secret::MasterKey;

fn key(seed: u64) -> RefreshTokenKey {
    RefreshTokenKey::derive(&MasterKey::generate(&mut StdRng::seed_from_u64(seed)))
}

fn token() -> RefreshTokenText {
    RefreshTokenText::generate(grant().id, 7, &key(1), &mut StdRng::seed_from_u64(2))
}

#[test]
fn token_names_its_grant_and_generation() {
    let token = token();
    assert_eq!(token.expose().len(), RefreshTokenText::LEN);
    let read = RefreshTokenText::parse(token.expose()).unwrap();
    assert_eq!((read.grant(), read.generation()), (grant().id, 7));
    assert_eq!(read.hash(), token.hash());
    assert!(read.is_genuine(&key(1)));
    assert!(!format!("{token:?}").contains(token.expose()));
}

#[test]
fn token_of_other_key_is_not_genuine() {
    assert!(!token().is_genuine(&key(2)));
}

/// Each bit of the text counts: a token with another generation, grant, secret or tag is not
/// genuine.
#[test]
fn changed_token_is_not_genuine() {
    let text = token().expose().to_owned();
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let read = RefreshTokenText::parse(&changed);
        assert!(read.is_none_or(|read| !read.is_genuine(&key(1))), "{at}");
    }
}

#[rstest]
#[case::empty("")]
#[case::opaque_token(&"A".repeat(43))]
#[case::other_kind(&"A".repeat(92))]
#[case::other_alphabet(&format!("Ag{}", "/".repeat(90)))]
#[case::too_long(&format!("Ag{}", "A".repeat(91)))]
fn other_text_is_no_refresh_token(#[case] text: &str) {
    assert!(RefreshTokenText::parse(text).is_none());
}
