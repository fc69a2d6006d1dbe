use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;
use crate::credentials::refresh_token::RefreshTokenText;
use crate::derived_keys::RefreshTokenKey;
use crate::model::sample::grant;
use crate::secret::MasterKey;

#[test]
fn code_names_its_grant() {
    let code = AuthorizationCode::generate(grant().id, &mut StdRng::seed_from_u64(1));
    assert_eq!(code.expose().len(), AuthorizationCode::LEN);
    let read = AuthorizationCode::parse(code.expose()).unwrap();
    assert_eq!(read.grant(), grant().id);
    assert_eq!(read.hash(), code.hash());
    let other = AuthorizationCode::generate(grant().id, &mut StdRng::seed_from_u64(2));
    assert_ne!(other.hash(), code.hash());
    assert!(!format!("{code:?}").contains(code.expose()));
}

#[rstest]
#[case::empty("")]
#[case::opaque_token(&"A".repeat(43))]
#[case::other_kind(&"A".repeat(66))]
#[case::other_alphabet(&format!("AQ{}", "+".repeat(64)))]
#[case::unused_bits(&format!("AQ{}B", "A".repeat(63)))]
#[case::too_long(&format!("AQ{}", "A".repeat(65)))]
fn other_text_is_no_code(#[case] text: &str) {
    assert!(AuthorizationCode::parse(text).is_none());
}

#[test]
fn refresh_token_is_no_code() {
    let mut rng = StdRng::seed_from_u64(1);
    let key = RefreshTokenKey::derive(&MasterKey::generate(&mut rng));
    let token = RefreshTokenText::generate(grant().id, 1, &key, &mut rng);
    assert!(AuthorizationCode::parse(token.expose()).is_none());
    let code = AuthorizationCode::generate(grant().id, &mut rng);
    assert!(RefreshTokenText::parse(code.expose()).is_none());
}
