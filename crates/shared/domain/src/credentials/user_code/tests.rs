use std::collections::BTreeSet;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rstest::rstest;

use super::*;

#[test]
fn new_code_is_eight_of_twenty_letters_in_two_groups() {
    let mut rng = StdRng::seed_from_u64(1);
    let codes: Vec<UserCode> = (0..500).map(|_| UserCode::generate(&mut rng)).collect();
    let letters: BTreeSet<char> = codes
        .iter()
        .flat_map(|code| code.as_str().chars())
        .collect();
    // RFC 8628 §6.1: no vowels and no Y, so neither O and 0 nor I and 1 can be confused.
    assert_eq!(letters.iter().collect::<String>(), "BCDFGHJKLMNPQRSTVWXZ");
    let different: BTreeSet<&str> = codes.iter().map(UserCode::as_str).collect();
    assert_eq!(different.len(), codes.len());
    for code in codes {
        let text = code.to_string();
        assert_eq!((text.len(), text.as_bytes()[4]), (9, b'-'));
        assert_eq!(UserCode::parse(&text), Some(code));
    }
}

#[rstest]
#[case("WDJB-MJHT", Some("WDJB-MJHT"))]
#[case("wdjbmjht", Some("WDJB-MJHT"))]
#[case("  Wdjb mjHT\n", Some("WDJB-MJHT"))]
#[case("W D J B - M J H T", Some("WDJB-MJHT"))]
#[case("WDJB\u{2013}MJHT", Some("WDJB-MJHT"))]
#[case("WDJB\u{a0}MJHT", Some("WDJB-MJHT"))]
#[case("WDJB.MJHT", Some("WDJB-MJHT"))]
#[case("", None)]
#[case("WDJB-MJH", None)]
#[case("WDJB-MJHTT", None)]
#[case("WDJA-MJHT", None)]
#[case("WDJ0-MJHT", None)]
#[case("WDJB-MJH\u{e9}", None)]
#[case("WDJB/MJHT", None)]
fn user_code_spellings_are_normalized(#[case] typed: &str, #[case] expected: Option<&str>) {
    let read = UserCode::parse(typed).map(|code| code.to_string());
    assert_eq!(read.as_deref(), expected);
}
