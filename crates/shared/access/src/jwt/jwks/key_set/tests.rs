use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::fixtures::{ONE, TWO, TestKey, jwks};
use crate::jwt::public_key::{bit_length, is_acceptable_rsa_key};

#[test]
fn keys_are_found_by_kid() {
    let keys = KeySet::from_jwks(&jwks(&[&ONE, &TWO])).unwrap();
    assert!(keys.contains("one") && keys.contains("two"));
    assert!(!keys.contains("three") && !keys.contains(""));
    assert_eq!(keys.kids().count(), 2);
    assert!(!keys.is_empty());
}

#[test]
fn empty_set_is_set() {
    assert!(KeySet::from_jwks(r#"{"keys":[]}"#).unwrap().is_empty());
}

#[rstest]
#[case("")]
#[case("[]")]
#[case("{}")]
#[case(r#"{"keys":{}}"#)]
#[case(r#"{"keys":[1]}"#)]
#[case(r#"{"keys":[],"keys":[]}"#)]
#[case("<html>")]
fn rejects_malformed_set(#[case] text: &str) {
    assert_eq!(KeySet::from_jwks(text).unwrap_err(), JwksError::Malformed);
}

#[test]
fn rejects_duplicate_kid() {
    let set = json!({ "keys": [ONE.public, ONE.public] }).to_string();
    assert_eq!(
        KeySet::from_jwks(&set).unwrap_err(),
        JwksError::DuplicateKid
    );
}

#[test]
fn number_of_keys_is_bounded() {
    let set = |n: usize| json!({ "keys": vec![json!({ "kty": "EC" }); n] }).to_string();
    assert!(KeySet::from_jwks(&set(MAX_KEYS)).is_ok());
    assert_eq!(
        KeySet::from_jwks(&set(MAX_KEYS + 1)).unwrap_err(),
        JwksError::TooManyKeys
    );
}

/// Encodes an odd number of this many bits as a modulus.
fn modulus(bits: usize) -> String {
    let mut bytes = vec![0xa5; bits.div_ceil(8)];
    bytes[0] = 1 << ((bits - 1) % 8);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes the modulus with leading zeros, as long as one of 2048 bits.
fn padded(bits: usize) -> String {
    let number = URL_SAFE_NO_PAD.decode(modulus(bits)).unwrap();
    let mut bytes = vec![0; 256 - number.len()];
    bytes.extend(number);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn accepts_rsa_keys_of_2048_to_4096_bits() {
    for (bits, accepted) in [
        (2047, false),
        (2048, true),
        (3072, true),
        (4096, true),
        (4097, false),
    ] {
        let number = URL_SAFE_NO_PAD.decode(modulus(bits)).unwrap();
        assert_eq!(bit_length(&number), bits);
        assert_eq!(
            is_acceptable_rsa_key(&number, &[1, 0, 1]),
            accepted,
            "{bits}"
        );
    }
    let number = URL_SAFE_NO_PAD.decode(modulus(2048)).unwrap();
    assert!(is_acceptable_rsa_key(&number, &[0xff; 4]));
    assert!(!is_acceptable_rsa_key(&number, &[0xff; 5]));
}

/// Algorithm × key type: only a key of the named algorithm verifies signatures (CVE-2026-44699).
#[rstest]
#[case::symmetric(json!({ "kty": "oct", "kid": "one", "alg": "HS256", "k": "c2VjcmV0" }))]
#[case::symmetric_as_rsa(json!({ "kty": "oct", "alg": "RS256" }))]
#[case::elliptic(json!({ "kty": "EC", "crv": "P-256" }))]
#[case::okp(json!({ "kty": "OKP" }))]
#[case::no_type(json!({ "kty": null }))]
#[case::other_case(json!({ "kty": "rsa" }))]
#[case::other_algorithm(json!({ "alg": "RS512" }))]
#[case::elliptic_algorithm(json!({ "alg": "ES256" }))]
#[case::okp_algorithm(json!({ "alg": "EdDSA" }))]
#[case::algorithm_of_other_type(json!({ "alg": 256 }))]
#[case::encryption_algorithm(json!({ "alg": "RSA-OAEP" }))]
#[case::none(json!({ "alg": "none" }))]
#[case::encryption(json!({ "use": "enc" }))]
#[case::operations(json!({ "key_ops": ["encrypt"] }))]
#[case::no_id(json!({ "kid": null }))]
#[case::id_of_other_type(json!({ "kid": 1 }))]
#[case::no_modulus(json!({ "n": null }))]
#[case::empty_modulus(json!({ "n": "" }))]
#[case::small_modulus(json!({ "n": "u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u-w" }))]
#[case::standard_base64(json!({ "n": "ab+/" }))]
#[case::exponent_one(json!({ "e": "AQ" }))]
#[case::exponent_three(json!({ "e": "Aw" }))]
#[case::even_exponent(json!({ "e": "AQAC" }))]
#[case::empty_exponent(json!({ "e": "" }))]
#[case::huge_exponent(json!({ "e": "AQAAAAAAAAAAAAAB" }))]
#[case::exponent_of_33_bits(json!({ "e": "AQAAAAE" }))]
#[case::modulus_of_4097_bits(json!({ "n": modulus(4097) }))]
#[case::modulus_of_8192_bits(json!({ "n": modulus(8192) }))]
#[case::modulus_of_2047_bits(json!({ "n": modulus(2047) }))]
#[case::padded_modulus_of_1024_bits(json!({ "n": padded(1024) }))]
#[case::private(json!({ "d": "AQAB" }))]
#[case::private_prime(json!({ "p": "AQAB" }))]
fn unusable_keys_are_left_out(#[case] changes: Value) {
    let mut jwk = ONE.public.clone();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            jwk.as_object_mut().unwrap().remove(name);
        } else {
            jwk[name] = value.clone();
        }
    }
    let keys = KeySet::from_jwks(&json!({ "keys": [jwk, TWO.public] }).to_string()).unwrap();
    assert_eq!(keys.kids().collect::<Vec<_>>(), ["two"]);
}

#[rstest]
#[case::named(json!({}), SigningAlg::Rs256)]
#[case::unnamed(json!({ "alg": null }), SigningAlg::Rs256)]
#[case::pss(json!({ "alg": "PS256" }), SigningAlg::Ps256)]
fn rsa_key_has_one_algorithm(#[case] changes: Value, #[case] expected: SigningAlg) {
    let mut jwk = ONE.public.clone();
    for (name, value) in changes.as_object().unwrap() {
        jwk[name] = value.clone();
    }
    jwk.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    let keys = KeySet::from_jwks(&json!({ "keys": [jwk] }).to_string()).unwrap();
    assert_eq!(keys.get("one").unwrap().algorithm(), expected);
}

#[test]
fn key_with_other_algorithm_has_other_fingerprint() {
    let mut pss = ONE.public.clone();
    pss["alg"] = json!("PS256");
    let keys = |jwk: &Value| KeySet::from_jwks(&json!({ "keys": [jwk] }).to_string()).unwrap();
    let fingerprint = keys(&ONE.public).get("one").unwrap().fingerprint();
    assert!(!keys(&pss).holds("one", &fingerprint));
}

#[test]
fn optional_members_may_be_absent() {
    let mut jwk = ONE.public.clone();
    for name in ["alg", "use"] {
        jwk.as_object_mut().unwrap().remove(name);
    }
    assert!(
        KeySet::from_jwks(&json!({ "keys": [jwk] }).to_string())
            .unwrap()
            .contains("one")
    );
}

#[test]
fn replaced_key_with_same_kid_has_new_fingerprint() {
    let (before, other) = (
        KeySet::from_jwks(&jwks(&[&ONE])).unwrap(),
        TestKey::generate("one"),
    );
    let after = KeySet::from_jwks(&jwks(&[&other])).unwrap();
    let fingerprint = before.get("one").unwrap().fingerprint();
    assert!(before.holds("one", &fingerprint));
    assert!(!after.holds("one", &fingerprint));
}
