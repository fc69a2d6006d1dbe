use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier as _;

use super::*;

/// Returns the members of a flattened JWS as text.
fn parts(body: &[u8]) -> (Value, String, String, Vec<u8>) {
    let body: Value = serde_json::from_slice(body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    let (protected, payload) = (text("protected"), text("payload"));
    let header = URL_SAFE_NO_PAD.decode(&protected).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(text("signature")).unwrap();
    let decoded = URL_SAFE_NO_PAD.decode(&payload).unwrap();
    (
        serde_json::from_slice(&header).unwrap(),
        String::from_utf8(decoded).unwrap(),
        format!("{protected}.{payload}"),
        signature,
    )
}

#[test]
fn rfc_8555_6_2_body_is_signed_with_account_key() {
    let key = AccountKey::from_pem(&AccountKey::generate().unwrap()).unwrap();
    let header = json!({ "nonce": "abc", "url": "https://ca.example/order" });
    for payload in [r#"{"a":1}"#, ""] {
        let body = key.sign(header.clone(), payload).unwrap();
        let (header, signed, input, signature) = parts(&body);
        assert_eq!(header["alg"], "ES256");
        assert_eq!(header["nonce"], "abc");
        assert_eq!(signed, payload);
        let Value::Object(members) = key.jwk() else {
            panic!("no object")
        };
        let verifier = EcdsaJwsAlgorithm::Es256
            .verifier_from_jwk(&Jwk::from_map(members).unwrap())
            .unwrap();
        verifier.verify(input.as_bytes(), &signature).unwrap();
    }
}

#[test]
fn rfc_8555_7_3_4_external_account_signs_jwk() {
    let key = AccountKey::from_pem(&AccountKey::generate().unwrap()).unwrap();
    let url = "https://ca.example/account";
    let secret = URL_SAFE_NO_PAD.encode([7; 32]);
    for secret in [secret.clone(), format!("{secret}=")] {
        let binding = bind_external(&key, "kid-1", &secret, url).unwrap();
        let (header, payload, input, signature) = parts(binding.to_string().as_bytes());
        assert_eq!(
            header,
            json!({ "alg": "HS256", "kid": "kid-1", "url": url })
        );
        let jwk: Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(jwk, key.jwk());
        let verifier = HmacJwsAlgorithm::Hs256
            .verifier_from_bytes([7; 32])
            .unwrap();
        verifier.verify(input.as_bytes(), &signature).unwrap();
    }
    assert!(bind_external(&key, "kid-1", "not base64!", url).is_err());
}

#[test]
fn rfc_7638_3_thumbprint_is_that_of_required_members() {
    let key = AccountKey::from_pem(&AccountKey::generate().unwrap()).unwrap();
    // serde_json sorts members, and their names are in the order of the alphabet.
    let canonical = key.jwk().to_string();
    let expected = URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes()));
    assert_eq!(key.thumbprint(), expected);
}
