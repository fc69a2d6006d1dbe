use josekit::jwk::Jwk;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;

#[rstest]
#[case::token_request(None, None)]
#[case::demanded_nonce(None, Some("n-1"))]
#[case::resource(Some("token"), None)]
#[case::resource_with_nonce(Some("token"), Some("n-1"))]
fn proof_has_claims_of_rfc_9449_4_2(#[case] token: Option<&str>, #[case] nonce: Option<&str>) {
    let key = DpopKey::generate().unwrap();
    let proof = DpopProof {
        method: "POST",
        url: "https://login.acme.example/token",
        access_token: token,
        nonce,
        jti: "one",
    };
    let text = key.sign(&proof, 1_700_000_000).unwrap();
    let decoded = URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap());
    let header: Value = serde_json::from_slice(&decoded.unwrap()).unwrap();
    assert_eq!(header["typ"], "dpop+jwt");
    assert_eq!(header["alg"], "ES256");
    assert!(header["jwk"].get("d").is_none(), "the private part is kept");
    let jwk = Jwk::from_map(header["jwk"].as_object().unwrap().clone()).unwrap();
    let verifier = ES256.verifier_from_jwk(&jwk).unwrap();
    let (claims, _) = jwt::decode_with_verifier(&text, &verifier).unwrap();
    let ath = "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A";
    let mut expected = json!({
        "htm": "POST", "htu": proof.url, "jti": "one", "iat": 1_700_000_000,
    });
    if token.is_some() {
        expected["ath"] = json!(ath);
    }
    if let Some(nonce) = nonce {
        expected["nonce"] = json!(nonce);
    }
    assert_eq!(json!(claims.claims_set()), expected);
}
