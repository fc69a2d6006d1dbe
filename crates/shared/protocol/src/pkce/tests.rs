use proptest::prelude::*;
use rstest::rstest;

use super::*;

// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[test]
fn rfc_7636_4_6_example_of_rfc() {
    assert_eq!(s256(VERIFIER), CHALLENGE);
    let challenge = CodeChallenge::parse(Some(CHALLENGE), Some("S256"))
        .unwrap()
        .unwrap();
    assert!(challenge.verify(VERIFIER));
    assert_eq!(challenge.as_str(), CHALLENGE);
}

#[test]
fn absent_is_none() {
    assert_eq!(CodeChallenge::parse(None, None).unwrap(), None);
}

#[rstest]
#[case::method_absent(Some(CHALLENGE), None)]
#[case::method_empty(Some(CHALLENGE), Some(""))]
#[case::plain(Some(CHALLENGE), Some("plain"))]
#[case::lower_case(Some(CHALLENGE), Some("s256"))]
#[case::challenge_absent(None, Some("S256"))]
#[case::challenge_absent_plain(None, Some("plain"))]
#[case::challenge_empty(Some(""), Some("S256"))]
#[case::all_empty(Some(""), Some(""))]
#[case::challenge_empty_alone(Some(""), None)]
#[case::too_short(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c"), Some("S256"))]
#[case::too_long(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA"), Some("S256"))]
#[case::padded(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="), Some("S256"))]
#[case::standard_alphabet(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), Some("S256"))]
#[case::trailing_bits(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"), Some("S256"))]
#[case::hex(
    Some("13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"),
    Some("S256")
)]
fn rfc_7636_4_2_rejects_invalid_challenge(
    #[case] challenge: Option<&str>,
    #[case] method: Option<&str>,
) {
    assert_eq!(
        CodeChallenge::parse(challenge, method)
            .unwrap_err()
            .status(),
        400
    );
}

#[rstest]
#[case::empty("")]
#[case::other("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")]
#[case::challenge_itself(CHALLENGE)]
#[case::prefix("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
#[case::suffix("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXkA")]
#[case::space(" dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")]
fn rejects_wrong_verifier(#[case] verifier: &str) {
    let challenge = CodeChallenge::from_s256(CHALLENGE).unwrap();
    assert!(!challenge.verify(verifier));
}

#[rstest]
#[case("a".repeat(42), false)]
#[case("a".repeat(43), true)]
#[case("-._~".repeat(32), true)]
#[case("a".repeat(129), false)]
#[case(format!("{}!", "a".repeat(43)), false)]
#[case(format!("{}\u{e4}", "a".repeat(43)), false)]
fn verifiers_have_length_and_characters_of_rfc_7636(#[case] verifier: String, #[case] fits: bool) {
    let challenge = CodeChallenge::from_s256(&s256(&verifier)).unwrap();
    assert_eq!(challenge.verify(&verifier), fits);
}

#[test]
fn serde_rejects_invalid_challenge() {
    let challenge = CodeChallenge::from_s256(CHALLENGE).unwrap();
    let json = serde_json::to_string(&challenge).unwrap();
    assert_eq!(
        serde_json::from_str::<CodeChallenge>(&json).unwrap(),
        challenge
    );
    assert!(serde_json::from_str::<CodeChallenge>(r#""""#).is_err());
}

proptest! {
    #[test]
    fn only_same_verifier_matches(one in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}") {
        let challenge = CodeChallenge::from_s256(&s256(&one)).unwrap();
        prop_assert!(challenge.verify(&one));
        prop_assert_eq!(challenge.verify(&other), one == other);
    }
}
