use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ec::EcKeyPair;
use josekit::jws::RS256;
use rstest::rstest;

use super::*;

const SAID: SignedSecret<'static> = SignedSecret {
    team_id: "TEAM123456",
    key_id: "KEY1234567",
    audience: "https://appleid.apple.com",
    client_id: "example.doorward.login",
};

fn pem(curve: EcCurve) -> String {
    let key = EcKeyPair::generate(curve).unwrap();
    String::from_utf8(key.to_pem_private_key()).unwrap()
}

#[test]
fn signed_secret_has_apple_claims_and_expires_in_five_minutes() {
    let key = EcKeyPair::generate(EcCurve::P256).unwrap();
    let private = String::from_utf8(key.to_pem_private_key()).unwrap();
    let signed = sign(&Secret::from(private.as_str()), &SAID, 1_800_000_000).unwrap();
    let verifier = ES256.verifier_from_pem(key.to_pem_public_key()).unwrap();
    let (claims, header) = jwt::decode_with_verifier(signed.expose(), &verifier).unwrap();
    assert_eq!(header.algorithm(), Some("ES256"));
    assert_eq!(header.key_id(), Some("KEY1234567"));
    let claims = serde_json::Value::from(claims.as_ref().clone());
    let expected = serde_json::json!({
        "iss": "TEAM123456",
        "aud": "https://appleid.apple.com",
        "sub": "example.doorward.login",
        "iat": 1_800_000_000,
        "exp": 1_800_000_300,
    });
    assert_eq!(claims, expected);
}

#[rstest]
#[case::p_256(pem(EcCurve::P256), true)]
#[case::p_384(pem(EcCurve::P384), false)]
#[case::rsa(rsa(), false)]
#[case::plain_text("a-secret".to_owned(), false)]
fn only_p_256_private_key_is_valid(#[case] text: String, #[case] good: bool) {
    assert_eq!(is_key(&text), good);
    assert_eq!(sign(&Secret::from(text.as_str()), &SAID, 0).is_ok(), good);
}

fn rsa() -> String {
    let key = RS256.generate_key_pair(2048).unwrap();
    String::from_utf8(key.to_pem_private_key()).unwrap()
}
