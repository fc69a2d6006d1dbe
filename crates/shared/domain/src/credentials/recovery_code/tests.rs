use std::collections::BTreeSet;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;
use crate::model::sample::{alice, bob};

const KEY: [u8; 32] = [9; 32];

fn code(typed: &str) -> Option<String> {
    RecoveryCode::parse(typed).map(|code| code.to_groups())
}

#[test]
fn set_is_ten_different_codes_of_60_bits() {
    let codes = RecoveryCode::generate_set(&mut StdRng::seed_from_u64(1));
    let shown: BTreeSet<String> = codes.iter().map(RecoveryCode::to_groups).collect();
    assert_eq!(shown.len(), 10);
    let lengths: BTreeSet<usize> = shown.iter().map(String::len).collect();
    assert_eq!(
        lengths,
        BTreeSet::from([14]),
        "twelve letters and two dashes"
    );
    let letters: BTreeSet<char> = shown.iter().flat_map(|text| text.chars()).collect();
    assert!(letters.len() > 25, "{letters:?}");
}

#[rstest]
#[case("abcd-efgh-jkmn", Some("abcd-efgh-jkmn"))]
#[case("ABCD EFGH JKMN", Some("abcd-efgh-jkmn"))]
#[case(" abcdefghjkmn\n", Some("abcd-efgh-jkmn"))]
#[case("a-b-c-d-e-f-g-h-j-k-m-n", Some("abcd-efgh-jkmn"))]
#[case("Oo0o-Il1i-Ll11", Some("0000-1111-1111"))]
#[case("123456789012", Some("1234-5678-9012"))]
#[case("", None)]
#[case("123456", None)]
#[case("abcd-efgh-jkm", None)]
#[case("abcd-efgh-jkmnp", None)]
#[case("abcd-efgh-jkmu", None)]
#[case("abcd-efgh-jkm\u{e9}", None)]
#[case("abcd_efgh_jkmn", Some("abcd-efgh-jkmn"))]
#[case("abcd/efgh/jkmn", None)]
fn recovery_code_spellings_are_normalized(#[case] typed: &str, #[case] expected: Option<&str>) {
    assert_eq!(code(typed).as_deref(), expected);
}

#[rstest]
#[case("A1B2-C3D4", Some("a1b2c3d4"))]
#[case("a1b2c3d4", Some("a1b2c3d4"))]
#[case("1234 5678", Some("12345678"))]
#[case("GEZDGNBVGY3TQOJQ", Some("gezdgnbvgy3tqojq"))]
#[case("123456", None)]
#[case("abcdefg", None)]
#[case("pbkdf2_sha256$1$s$h", None)]
#[case("a1b2c3d\u{e9}", None)]
fn backup_code_of_other_site_is_read(#[case] typed: &str, #[case] expected: Option<&str>) {
    let read = RecoveryCode::parse_foreign(typed);
    assert_eq!(read.map(|code| code.to_groups()).as_deref(), expected);
    let long = |number| RecoveryCode::parse_foreign(&"x".repeat(number)).is_some();
    assert!(long(64) && !long(65));
}

#[test]
fn displayed_code_parses() {
    for code in RecoveryCode::generate_set(&mut StdRng::seed_from_u64(2)) {
        let again = RecoveryCode::parse(&code.to_groups().to_uppercase()).unwrap();
        assert_eq!(again.hash(&KEY, alice()), code.hash(&KEY, alice()));
    }
}

#[test]
fn hash_belongs_to_user_and_key() {
    let one = RecoveryCode::parse("abcd-efgh-jkmn").unwrap();
    let other = RecoveryCode::parse("abcd-efgh-jkmp").unwrap();
    let hash = one.hash(&KEY, alice());
    assert_eq!(hash, one.hash(&KEY, alice()));
    assert_ne!(hash, one.hash(&KEY, bob()), "another person's row");
    assert_ne!(hash, one.hash(&[1; 32], alice()), "another deployment");
    assert_ne!(hash, other.hash(&KEY, alice()));
    assert_ne!(
        hash,
        TokenHash::digest("abcdefghjkmn"),
        "never the plain hash"
    );
}

#[test]
fn debug_hides_code() {
    let code = RecoveryCode::parse("abcd-efgh-jkmn").unwrap();
    assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
}
