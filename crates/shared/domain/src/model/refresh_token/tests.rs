use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;
use crate::model::sample::{NOW, grant, refresh_family};
use crate::secret::MasterKey;

fn key() -> RefreshTokenKey {
    RefreshTokenKey::derive(&MasterKey::generate(&mut StdRng::seed_from_u64(1)))
}

fn text(generation: u32, seed: u64) -> RefreshTokenText {
    let mut rng = StdRng::seed_from_u64(seed);
    RefreshTokenText::generate(grant().id, generation, &key(), &mut rng)
}

fn family(current: &RefreshTokenText) -> RefreshFamily {
    RefreshFamily {
        generation: current.generation(),
        hash: current.hash(),
        sealed: Some(vec![7]),
        issued_at: NOW - 5,
        ..refresh_family()
    }
}

#[rstest]
#[case::current(3, Some((None, false)))]
#[case::predecessor(2, Some((Some(NOW - 5), true)))]
#[case::older(1, Some((Some(NOW - 5), false)))]
#[case::newer(4, None)]
fn generation_decides(#[case] generation: u32, #[case] expected: Option<(Option<i64>, bool)>) {
    let current = text(3, 1);
    let presented = if generation == 3 {
        current.clone()
    } else {
        text(generation, 2)
    };
    let found = RefreshToken::of_family(&presented, &family(&current), &key());
    let found = found.map(|token| (token.used_at, token.successor_sealed.is_some()));
    assert_eq!(found, expected);
}

#[test]
fn other_token_of_current_generation_is_unknown() {
    let found = RefreshToken::of_family(&text(3, 2), &family(&text(3, 1)), &key());
    assert_eq!(found, None);
}

/// A token that this server did not issue is no evidence of reuse.
#[test]
fn forged_older_token_is_unknown() {
    let mut rng = StdRng::seed_from_u64(9);
    let other = RefreshTokenKey::derive(&MasterKey::generate(&mut rng));
    let forged = RefreshTokenText::generate(grant().id, 1, &other, &mut rng);
    let found = RefreshToken::of_family(&forged, &family(&text(3, 1)), &key());
    assert_eq!(found, None);
}

/// The current token remains valid after a change of the secret key.
#[test]
fn current_token_needs_no_key() {
    let current = text(3, 1);
    let other = RefreshTokenKey::derive(&MasterKey::generate(&mut StdRng::seed_from_u64(9)));
    assert!(RefreshToken::of_family(&current, &family(&current), &other).is_some());
}
