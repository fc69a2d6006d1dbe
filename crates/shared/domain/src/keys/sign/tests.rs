use doorward_access::jwt::jwk;
use doorward_access::jwt::jwks::KeySet;
use doorward_access::jwt::verify::{ID_TOKEN_TYPES, verify_jws};
use josekit::jws::JwsVerifier;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::secret::open;

fn fixture() -> (MasterKey, KeyRecord, StdRng) {
    let mut rng = StdRng::seed_from_u64(1);
    let master = MasterKey::generate(&mut rng);
    let record = generate(SigningAlg::Rs256, &master, 10, 20, &mut rng).unwrap();
    (master, record, rng)
}

fn access_claims() -> AccessTokenClaims {
    serde_json::from_value(json!({
        "iss": "https://id.example", "sub": "0190", "aud": "https://api.example",
        "client_id": "web", "exp": 1_800_000_300, "iat": 1_800_000_000, "jti": "j1",
        "scope": "openid tasks:read", "roles": ["developer"], "groups": [],
        "entitlements": ["tasks:read"], "auth_time": 1_799_999_000, "acr": "1",
        "amr": ["pwd"], "sid": "s1"
    }))
    .unwrap()
}

fn id_claims() -> IdTokenClaims {
    serde_json::from_value(json!({
        "iss": "https://id.example", "sub": "0190", "aud": "web", "exp": 1_800_000_300,
        "iat": 1_800_000_000, "nonce": "n-\"quoted\"-é", "auth_time": 1_799_999_000,
        "acr": "1", "amr": ["pwd"], "sid": "s1", "azp": "web", "at_hash": "abc"
    }))
    .unwrap()
}

#[test]
fn new_key_is_published_with_public_members_only() {
    let (_, record, _) = fixture();
    let jwk: serde_json::Map<String, Value> = serde_json::from_str(&record.public_jwk).unwrap();
    let mut names: Vec<&str> = jwk.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(jwk["kid"], json!(record.kid));
    assert_eq!(Some(record.kid.clone()), jwk::thumbprint(&jwk));
    assert_eq!(
        URL_SAFE_NO_PAD
            .decode(jwk["n"].as_str().unwrap())
            .unwrap()
            .len(),
        256
    );
    assert_eq!(
        (record.created_at, record.active_at, record.retired_at),
        (10, 20, None)
    );
}

#[test]
fn private_part_is_not_readable_in_record() {
    let (_, record, _) = fixture();
    let text = String::from_utf8_lossy(&record.private_sealed);
    assert!(!text.contains("PRIVATE KEY"));
    assert!(!record.public_jwk.contains("\"d\""));
}

#[test]
fn tokens_decode_with_josekit_to_same_claims() {
    let (master, record, _) = fixture();
    let signer = Signer::open(&record, &master).unwrap();
    let jwk = josekit::jwk::Jwk::from_bytes(record.public_jwk.as_bytes()).unwrap();
    let verifier = RsassaJwsAlgorithm::Rs256.verifier_from_jwk(&jwk).unwrap();
    let access = signer
        .sign_access_token(&access_claims(), AccessTokenType::AtJwt)
        .unwrap();
    let id = signer.sign_id_token(&id_claims()).unwrap();
    let cases = [
        (
            access,
            "at+jwt",
            serde_json::to_value(access_claims()).unwrap(),
        ),
        (id, "JWT", serde_json::to_value(id_claims()).unwrap()),
    ];
    for (token, typ, claims) in cases {
        let (payload, header) = josekit::jwt::decode_with_verifier(&token, &verifier).unwrap();
        assert_eq!(Value::Object(payload.claims_set().clone()), claims);
        assert_eq!(header.token_type(), Some(typ));
        assert_eq!(header.key_id(), Some(record.kid.as_str()));
        assert_eq!(header.algorithm(), Some("RS256"));
        assert_eq!(header.claims_set().len(), 3);
        assert!(!token.contains('='));
    }
}

#[test]
fn compact_form_equals_form_of_josekit() {
    let (master, record, _) = fixture();
    let signer = Signer::open(&record, &master).unwrap();
    let mut header = josekit::jws::JwsHeader::new();
    header.set_algorithm("RS256");
    header.set_token_type("at+jwt");
    header.set_key_id(&record.kid);
    let payload = serde_json::to_vec(&access_claims()).unwrap();
    let theirs = josekit::jws::serialize_compact(&payload, &header, &*signer.inner).unwrap();
    // RSASSA-PKCS1-v1_5 is deterministic, so the signatures are equal too.
    assert_eq!(
        signer
            .sign_access_token(&access_claims(), AccessTokenType::AtJwt)
            .unwrap(),
        theirs
    );
}

#[test]
fn changed_byte_of_token_does_not_verify() {
    let (master, record, _) = fixture();
    let signer = Signer::open(&record, &master).unwrap();
    let jwk = josekit::jwk::Jwk::from_bytes(record.public_jwk.as_bytes()).unwrap();
    let verifier = RsassaJwsAlgorithm::Rs256.verifier_from_jwk(&jwk).unwrap();
    let token = signer
        .sign_access_token(&access_claims(), AccessTokenType::AtJwt)
        .unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    verifier.verify(message.as_bytes(), &signature).unwrap();
    let mut changed = message.as_bytes().to_vec();
    changed[60] ^= 1;
    assert!(verifier.verify(&changed, &signature).is_err());
}

#[test]
fn wrong_secret_key_is_named_as_likely_cause() {
    let (_, record, mut rng) = fixture();
    let error = Signer::open(&record, &MasterKey::generate(&mut rng)).unwrap_err();
    assert!(matches!(&error, KeyError::Sealed { kid, .. } if *kid == record.kid));
    assert!(error.to_string().contains("secret key"), "{error}");
}

#[test]
fn private_key_cannot_be_moved_to_different_record() {
    let (master, record, mut rng) = fixture();
    let mut other = generate(SigningAlg::Rs256, &master, 10, 20, &mut rng).unwrap();
    other.private_sealed.clone_from(&record.private_sealed);
    assert!(matches!(
        Signer::open(&other, &master),
        Err(KeyError::Sealed { .. })
    ));
    // A key sealed for that record must also have its thumbprint.
    let key = master.derive(KeyPurpose::KeyEncryption);
    let pem = open(&key, &record.private_sealed, record.kid.as_bytes()).unwrap();
    other.private_sealed = seal(&key, &pem, other.kid.as_bytes(), &mut rng);
    assert!(matches!(
        Signer::open(&other, &master),
        Err(KeyError::Corrupt { .. })
    ));
}

#[test]
fn debug_of_signer_shows_no_private_number() {
    let (master, record, _) = fixture();
    let shown = format!("{:?}", Signer::open(&record, &master).unwrap());
    assert!(!shown.contains("BEGIN") && shown.len() < 1_000, "{shown}");
}

#[rstest]
#[case(SigningAlg::Rs256, "RSA", &["alg", "e", "kid", "kty", "n", "use"], 256)]
#[case(SigningAlg::Ps256, "RSA", &["alg", "e", "kid", "kty", "n", "use"], 256)]
#[case(SigningAlg::Es256, "EC", &["alg", "crv", "kid", "kty", "use", "x", "y"], 64)]
#[case(SigningAlg::EdDsa, "OKP", &["alg", "crv", "kid", "kty", "use", "x"], 64)]
fn key_of_each_algorithm_signs_under_published_key(
    #[case] alg: SigningAlg,
    #[case] kty: &str,
    #[case] members: &[&str],
    #[case] length: usize,
) {
    let mut rng = StdRng::seed_from_u64(4);
    let master = MasterKey::generate(&mut rng);
    let record = generate(alg, &master, 10, 20, &mut rng).unwrap();
    assert_eq!(record.algorithm, alg);
    let public: Map<String, Value> = serde_json::from_str(&record.public_jwk).unwrap();
    let mut names: Vec<&str> = public.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, members);
    assert_eq!(
        (public["kty"].as_str(), public["alg"].as_str()),
        (Some(kty), Some(alg.as_str()))
    );
    assert_eq!(jwk::thumbprint(&public), Some(record.kid.clone()));
    let signer = Signer::open(&record, &master).unwrap();
    let token = signer.sign_id_token(&id_claims()).unwrap();
    let header = URL_SAFE_NO_PAD
        .decode(token.split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let expected = json!({ "alg": alg.as_str(), "typ": "JWT", "kid": record.kid });
    assert_eq!(header, expected);
    let signature = URL_SAFE_NO_PAD.decode(token.rsplit('.').next().unwrap());
    assert_eq!(signature.unwrap().len(), length);
    let jwks = format!(r#"{{"keys":[{}]}}"#, record.public_jwk);
    let keys = KeySet::from_jwks(&jwks).unwrap();
    let (_, claims) = verify_jws(&token, &keys, ID_TOKEN_TYPES).unwrap();
    assert_eq!(
        Value::Object(claims),
        serde_json::to_value(id_claims()).unwrap()
    );
}

/// The private part of one algorithm does not open as another.
#[test]
fn private_part_of_other_algorithm_is_rejected() {
    let mut rng = StdRng::seed_from_u64(5);
    let master = MasterKey::generate(&mut rng);
    for alg in SigningAlg::ALL {
        let record = generate(alg, &master, 10, 20, &mut rng).unwrap();
        for other in SigningAlg::ALL.into_iter().filter(|other| *other != alg) {
            let moved = KeyRecord {
                algorithm: other,
                ..record.clone()
            };
            assert!(Signer::open(&moved, &master).is_err(), "{alg} as {other}");
        }
    }
}

#[test]
fn userinfo_statement_names_issuer_and_client() {
    let (master, record, _) = fixture();
    let signer = Signer::open(&record, &master).unwrap();
    let claims = Map::from_iter([("sub".to_owned(), Value::from("0190"))]);
    let token = signer
        .sign_userinfo(claims, "https://id.example", "web")
        .unwrap();
    let payload = URL_SAFE_NO_PAD
        .decode(token.split('.').nth(1).unwrap())
        .unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let expected = json!({ "sub": "0190", "iss": "https://id.example", "aud": "web" });
    assert_eq!(payload, expected);
}
