use std::sync::LazyLock;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::hmac::HmacJwsAlgorithm;
use rstest::rstest;
use serde_json::json;

use super::*;

static RSA: LazyLock<Jwk> = LazyLock::new(|| Jwk::generate_rsa_key(2048).unwrap());

fn key(alg: ProviderAlg) -> Jwk {
    match alg {
        ProviderAlg::Es256 => Jwk::generate_ec_key(EcCurve::P256).unwrap(),
        ProviderAlg::Es384 => Jwk::generate_ec_key(EcCurve::P384).unwrap(),
        ProviderAlg::Es512 => Jwk::generate_ec_key(EcCurve::P521).unwrap(),
        ProviderAlg::EdDsa => Jwk::generate_ed_key(EdCurve::Ed25519).unwrap(),
        _ => RSA.clone(),
    }
}

fn signer(alg: ProviderAlg, jwk: &Jwk) -> Box<dyn JwsSigner> {
    match alg {
        ProviderAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Rs384 => Box::new(RsassaJwsAlgorithm::Rs384.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Rs512 => Box::new(RsassaJwsAlgorithm::Rs512.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Ps384 => Box::new(RsassaPssJwsAlgorithm::Ps384.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Ps512 => Box::new(RsassaPssJwsAlgorithm::Ps512.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Es384 => Box::new(EcdsaJwsAlgorithm::Es384.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::Es512 => Box::new(EcdsaJwsAlgorithm::Es512.signer_from_jwk(jwk).unwrap()),
        ProviderAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_jwk(jwk).unwrap()),
    }
}

fn sign(header: &Value, signer: &dyn JwsSigner) -> String {
    let parts = [header.to_string(), "{\"sub\":\"jane\"}".to_owned()];
    let text = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let signature = signer.sign(text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Returns the public members of a key with changes.
fn public(jwk: &Jwk, changes: Value) -> Value {
    let mut members = serde_json::to_value(jwk.to_public_key().unwrap()).unwrap();
    let Value::Object(changes) = changes else {
        panic!("no members");
    };
    members.as_object_mut().unwrap().extend(changes);
    members
}

fn set(keys: &[Value]) -> ProviderKeys {
    ProviderKeys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

#[test]
fn each_algorithm_verifies_own_signature_only() {
    for alg in ProviderAlg::ALL {
        let (own, other) = (key(alg), Jwk::generate_rsa_key(2048));
        let other = match alg.as_str() {
            name if name.starts_with("RS") || name.starts_with("PS") => other.unwrap(),
            _ => key(alg),
        };
        // Entra names no algorithm in its keys, Google does.
        for changes in [
            json!({ "kid": "one" }),
            json!({ "kid": "one", "alg": alg.as_str() }),
        ] {
            let keys = set(&[public(&own, changes)]);
            let header = json!({ "alg": alg.as_str(), "kid": "one" });
            let token = sign(&header, &*signer(alg, &own));
            let (found, claims) = keys.verify(&token).unwrap();
            assert_eq!((found, &claims["sub"]), (alg, &json!("jane")));
            let forged = sign(&header, &*signer(alg, &other));
            assert_eq!(
                keys.verify(&forged),
                Err(ProviderTokenError::Signature),
                "{alg:?}"
            );
            let (signed, _) = token.rsplit_once('.').unwrap();
            for signature in [String::new(), URL_SAFE_NO_PAD.encode([0; 64])] {
                let spoiled = keys.verify(&format!("{signed}.{signature}"));
                assert_eq!(spoiled, Err(ProviderTokenError::Signature), "{alg:?}");
            }
        }
    }
}

/// Entra and AD FS send `x5t`; others send types, certificates and addresses. None is used.
#[rstest]
#[case::plain(json!({}))]
#[case::thumbprint(json!({ "x5t": "nOo3ZDrODXEK1jKWhXslHR_KXEg" }))]
#[case::certificates(json!({ "x5c": ["MIIC"], "x5u": "https://evil.example/" }))]
#[case::own_key(json!({ "jku": "https://evil.example/jwks", "jwk": { "kty": "RSA" } }))]
#[case::type_of_other_case(json!({ "typ": "jwt" }))]
#[case::no_type(json!({ "typ": null }))]
#[case::type_of_other_type(json!({ "typ": 1 }))]
#[case::content_type(json!({ "cty": "JWT" }))]
#[case::extension_without_names(json!({ "crit": null }))]
fn unused_header_parameters_are_ignored(#[case] further: Value) {
    let own = key(ProviderAlg::Es256);
    let keys = set(&[public(&own, json!({ "kid": "one" }))]);
    let mut header = json!({ "alg": "ES256", "kid": "one" });
    header
        .as_object_mut()
        .unwrap()
        .extend(further.as_object().unwrap().clone());
    let token = sign(&header, &*signer(ProviderAlg::Es256, &own));
    assert!(keys.verify(&token).is_ok());
    // A key in the header is never used.
    let evil = key(ProviderAlg::Es256);
    header["jwk"] = public(&evil, json!({}));
    let forged = sign(&header, &*signer(ProviderAlg::Es256, &evil));
    assert_eq!(keys.verify(&forged), Err(ProviderTokenError::Signature));
}

#[test]
fn unusable_tokens_are_named_by_cause() {
    let own = key(ProviderAlg::Es256);
    let keys = set(&[public(&own, json!({ "kid": "one" }))]);
    let signer = signer(ProviderAlg::Es256, &own);
    let of = |header: Value| keys.verify(&sign(&header, &*signer)).unwrap_err();
    for alg in ["none", "None", "HS256", "es256", "ES256K", ""] {
        let error = of(json!({ "alg": alg, "kid": "one" }));
        assert_eq!(error, ProviderTokenError::Algorithm(alg.to_owned()));
        assert!(!error.may_be_rotation());
    }
    assert!(matches!(
        of(json!({ "kid": "one" })),
        ProviderTokenError::Algorithm(_)
    ));
    let critical = of(json!({ "alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false }));
    assert_eq!(critical, ProviderTokenError::Critical);
    let unknown = of(json!({ "alg": "ES256", "kid": "two" }));
    assert_eq!(unknown, ProviderTokenError::UnknownKey("two".to_owned()));
    assert!(unknown.may_be_rotation() && ProviderTokenError::Signature.may_be_rotation());
    // The public key is no shared secret.
    let secret = serde_json::to_vec(&public(&own, json!({ "kid": "one" }))).unwrap();
    let hmac = HmacJwsAlgorithm::Hs256.signer_from_bytes(secret).unwrap();
    let forged = sign(&json!({ "alg": "HS256", "kid": "one" }), &hmac);
    assert!(matches!(
        keys.verify(&forged),
        Err(ProviderTokenError::Algorithm(_))
    ));
    assert_eq!(keys.verify("a.b.c.d.e"), Err(ProviderTokenError::Encrypted));
    for text in ["", "a", "a.b", "a.b.c", "a.b.c.d", "..", "é.é.é", "{}"] {
        let error = keys.verify(text);
        assert!(
            matches!(error, Err(ProviderTokenError::Malformed(_))),
            "{text}: {error:?}"
        );
    }
}

/// An entry that cannot be used does not make the others unusable.
#[test]
fn other_entries_of_key_set_are_left_out() {
    let own = key(ProviderAlg::Es256);
    let one = || public(&own, json!({ "kid": "one", "use": "sig" }));
    let token = sign(
        &json!({ "alg": "ES256", "kid": "one" }),
        &*signer(ProviderAlg::Es256, &own),
    );
    let rsa = |changes| public(&RSA, changes);
    for other in [
        json!(null),
        json!("text"),
        json!({}),
        json!({ "kty": "unknown", "kid": "one" }),
        json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "one", "alg": "HS256" }),
        json!({ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "one" }),
        // Keycloak publishes its key for encryption in the same set.
        rsa(json!({ "kid": "two", "use": "enc", "alg": "RSA-OAEP" })),
        rsa(json!({ "kid": "one", "e": "AQ" })),
        rsa(json!({ "kid": "one", "n": "AQAB" })),
        rsa(json!({ "kid": "one", "d": "AQAB" })),
        rsa(json!({ "kid": 1, "x5c": "no list", "x5t": 7, "exp": "never" })),
    ] {
        for keys in [[other.clone(), one()], [one(), other.clone()]] {
            assert!(set(&keys).verify(&token).is_ok(), "{other}");
        }
    }
    // Members without a value, in any place.
    let nulls = json!({ "alg": null, "use": null, "d": null, "key_ops": null, "x5c": null });
    let mut with_nulls = one();
    with_nulls
        .as_object_mut()
        .unwrap()
        .extend(nulls.as_object().unwrap().clone());
    assert!(set(&[with_nulls]).verify(&token).is_ok());
    assert!(set(&[]).is_empty());
    for document in ["[]", "{}", "{\"keys\":{}}", "<html>", ""] {
        assert!(
            ProviderKeys::read(document.as_bytes()).is_none(),
            "{document}"
        );
    }
    let marked = format!("\u{feff}{}", json!({ "keys": [one()], "issuer": 1 }));
    assert!(
        ProviderKeys::read(marked.as_bytes())
            .unwrap()
            .verify(&token)
            .is_ok()
    );
}

/// The ID of the key in the set × the ID in the header.
#[rstest]
#[case::both(json!("one"), json!("one"), true)]
#[case::neither(json!(null), json!(null), true)]
#[case::only_key(json!("one"), json!(null), true)]
#[case::only_header(json!(null), json!("one"), true)]
#[case::other(json!("one"), json!("two"), false)]
#[case::header_of_other_type(json!("one"), json!(7), true)]
fn key_is_selected(#[case] of_key: Value, #[case] of_header: Value, #[case] is_found: bool) {
    let (own, other) = (key(ProviderAlg::Es256), key(ProviderAlg::Es256));
    let token = sign(
        &json!({ "alg": "ES256", "kid": of_header }),
        &*signer(ProviderAlg::Es256, &own),
    );
    // A further key, and one of the same ID: each is tried.
    let keys = [
        public(&other, json!({ "kid": "further" })),
        public(&other, json!({ "kid": of_key })),
        public(&own, json!({ "kid": of_key })),
    ];
    assert_eq!(set(&keys).verify(&token).is_ok(), is_found);
}

#[rstest]
#[case("RS256", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", 16)]
#[case("ES384", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", 24)]
#[case("RS512", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", 32)]
#[case("EdDSA", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", 32)]
fn token_hash_is_left_half(#[case] alg: &str, #[case] token: &str, #[case] bytes: usize) {
    let hash = ProviderAlg::parse(alg).unwrap().token_hash(token);
    assert_eq!(URL_SAFE_NO_PAD.decode(&hash).unwrap().len(), bytes);
    // The example of OIDC Core appendix A.3.
    if alg == "RS256" {
        assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
