use josekit::jws::JwsVerifier;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::*;

fn fixture() -> (MasterKey, KeyRecord, StdRng) {
    let mut rng = StdRng::seed_from_u64(1);
    let master = MasterKey::generate(&mut rng);
    let record = generate(&master, 10, 20, &mut rng).unwrap();
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
fn thumbprint_matches_rfc_7638() {
    // RFC 7638 §3.1
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_\
             BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_\
             FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI\
             4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    assert_eq!(
        thumbprint(n, "AQAB"),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

#[test]
fn new_key_is_published_with_public_members_only() {
    let (_, record, _) = fixture();
    let jwk: serde_json::Map<String, Value> = serde_json::from_str(&record.public_jwk).unwrap();
    let mut names: Vec<&str> = jwk.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(jwk["kid"], json!(record.kid));
    assert_eq!(
        record.kid,
        thumbprint(jwk["n"].as_str().unwrap(), jwk["e"].as_str().unwrap())
    );
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
    let verifier = ALGORITHM.verifier_from_jwk(&jwk).unwrap();
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
    let theirs = josekit::jws::serialize_compact(&payload, &header, &signer.inner).unwrap();
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
    let verifier = ALGORITHM.verifier_from_jwk(&jwk).unwrap();
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
    let mut other = generate(&master, 10, 20, &mut rng).unwrap();
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
