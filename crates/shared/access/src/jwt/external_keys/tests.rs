use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::hmac::HmacJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use rstest::rstest;
use serde_json::json;

use super::*;
use crate::jwt::jwks::MAX_KEYS;

const TYPES: &[&str] = &["JWT", ""];

fn key(alg: SigningAlg, kid: &str) -> Jwk {
    let mut jwk = match alg {
        SigningAlg::Rs256 | SigningAlg::Ps256 => Jwk::generate_rsa_key(2048),
        SigningAlg::Es256 => Jwk::generate_ec_key(EcCurve::P256),
        SigningAlg::EdDsa => Jwk::generate_ed_key(EdCurve::Ed25519),
    }
    .unwrap();
    jwk.set_key_id(kid);
    jwk
}

fn signer(alg: SigningAlg, jwk: &Jwk) -> Box<dyn JwsSigner> {
    match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_jwk(jwk).unwrap()),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.signer_from_jwk(jwk).unwrap()),
        SigningAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.signer_from_jwk(jwk).unwrap()),
        SigningAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_jwk(jwk).unwrap()),
    }
}

fn set(keys: &[&Jwk]) -> ExternalKeys {
    let public: Vec<_> = keys
        .iter()
        .map(|jwk| {
            let mut public = serde_json::to_value(jwk.to_public_key().unwrap()).unwrap();
            public["kid"] = json!(jwk.key_id());
            if let Some(alg) = jwk.algorithm() {
                public["alg"] = json!(alg);
            }
            public
        })
        .collect();
    ExternalKeys::from_jwks(&json!({ "keys": public }).to_string()).unwrap()
}

fn sign(header: &Value, signer: &dyn JwsSigner) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode("{\"sub\":\"app\"}"));
    let signature = signer.sign(text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[rstest]
fn each_algorithm_verifies_own_signature(
    #[values(
        SigningAlg::Rs256,
        SigningAlg::Ps256,
        SigningAlg::Es256,
        SigningAlg::EdDsa
    )]
    alg: SigningAlg,
) {
    let (own, other) = (key(alg, "own"), key(alg, "other"));
    let keys = set(&[&own]);
    let header = json!({ "alg": alg.as_str(), "kid": "own", "typ": "JWT" });
    let token = sign(&header, &*signer(alg, &own));
    assert_eq!(verify(&token, &keys, TYPES).unwrap()["sub"], "app");
    // Another key with the same `kid`, and a modified signature.
    let forged = sign(&header, &*signer(alg, &other));
    assert_eq!(
        verify(&forged, &keys, TYPES),
        Err(TokenRejection::Signature)
    );
    let (body, _) = token.rsplit_once('.').unwrap();
    let spoiled = format!("{body}.{}", URL_SAFE_NO_PAD.encode([1; 64]));
    assert_eq!(
        verify(&spoiled, &keys, TYPES),
        Err(TokenRejection::Signature)
    );
    // Without a `kid` the only key is selected; with two keys none is.
    let bare = sign(&json!({ "alg": alg.as_str() }), &*signer(alg, &own));
    assert!(verify(&bare, &keys, TYPES).is_ok());
    assert!(matches!(
        verify(&bare, &set(&[&own, &other]), TYPES),
        Err(TokenRejection::UnknownKey { .. })
    ));
    let unknown = json!({ "alg": alg.as_str(), "kid": "new" });
    assert_eq!(
        verify(&sign(&unknown, &*signer(alg, &own)), &keys, TYPES),
        Err(TokenRejection::UnknownKey {
            kid: "new".to_owned()
        })
    );
}

/// Serializers write null for each member that a key does not have.
#[rstest]
fn null_member_equals_absent_one(
    #[values("alg", "use", "key_ops", "x5c", "x5t", "d", "p", "k")] name: &str,
) {
    let own = key(SigningAlg::Es256, "own");
    let mut public = serde_json::to_value(own.to_public_key().unwrap()).unwrap();
    public["kid"] = json!("own");
    public[name] = Value::Null;
    let document = json!({ "keys": [public] }).to_string();
    assert!(!holds_private_key(&document));
    let keys = ExternalKeys::from_jwks(&document).unwrap();
    let header = json!({ "alg": "ES256", "kid": "own" });
    let token = sign(&header, &*signer(SigningAlg::Es256, &own));
    assert!(verify(&token, &keys, TYPES).is_ok());
}

#[test]
fn rejects_unlisted_algorithm() {
    let own = key(SigningAlg::Rs256, "own");
    let keys = set(&[&own]);
    let signer = signer(SigningAlg::Rs256, &own);
    for alg in [
        "none", "None", "HS256", "RS384", "RS512", "PS512", "ES256K", "rs256", "",
    ] {
        let token = sign(&json!({ "alg": alg, "kid": "own" }), &*signer);
        assert_eq!(
            verify(&token, &keys, TYPES),
            Err(TokenRejection::Algorithm),
            "{alg}"
        );
    }
    // RFC 8725 §2.1: the public key used as an HMAC secret.
    let hmac = HmacJwsAlgorithm::Hs256.signer_from_bytes([7; 64]).unwrap();
    let token = sign(&json!({ "alg": "HS256", "kid": "own" }), &hmac);
    assert_eq!(verify(&token, &keys, TYPES), Err(TokenRejection::Algorithm));
    // The header names an accepted algorithm, but the key is of another type.
    let token = sign(&json!({ "alg": "ES256", "kid": "own" }), &*signer);
    assert!(matches!(
        verify(&token, &keys, TYPES),
        Err(TokenRejection::UnknownKey { .. })
    ));
    // An unsigned token.
    let (body, _) = token.rsplit_once('.').unwrap();
    assert!(verify(&format!("{body}."), &keys, TYPES).is_err());
}

/// Every pair: a key that names its algorithm is rejected for another, even for one that it could
/// sign with.
#[test]
fn key_of_one_algorithm_is_rejected_for_others() {
    for own in SigningAlg::ALL {
        let mut private = key(own, "own");
        private.set_algorithm(own.as_str());
        let keys = set(&[&private]);
        for named in SigningAlg::ALL.into_iter().filter(|named| *named != own) {
            let same_type = own.key_type() == named.key_type();
            let other = if same_type {
                let mut other = private.clone();
                other.set_algorithm(named.as_str());
                other
            } else {
                key(named, "own")
            };
            let header = json!({ "alg": named.as_str(), "kid": "own", "typ": "JWT" });
            for signer in [signer(named, &other), signer(own, &private)] {
                let seen = verify(&sign(&header, &*signer), &keys, TYPES);
                let unknown = TokenRejection::UnknownKey {
                    kid: "own".to_owned(),
                };
                assert_eq!(seen, Err(unknown), "{own} key as {named}");
            }
        }
    }
}

#[test]
fn rejects_header_with_key_or_critical_member() {
    let own = key(SigningAlg::EdDsa, "own");
    let keys = set(&[&own]);
    for name in ["jwk", "jku", "x5c", "x5u", "crit", "b64", "zip", "enc"] {
        let mut header = json!({ "alg": "EdDSA", "kid": "own" });
        header[name] = json!("x");
        let token = sign(&header, &*signer(SigningAlg::EdDsa, &own));
        assert_eq!(
            verify(&token, &keys, TYPES),
            Err(TokenRejection::Header),
            "{name}"
        );
    }
    let typed = sign(
        &json!({ "alg": "EdDSA", "kid": "own", "typ": "at+jwt" }),
        &*signer(SigningAlg::EdDsa, &own),
    );
    assert_eq!(verify(&typed, &keys, TYPES), Err(TokenRejection::Type));
}

#[test]
fn zero_is_no_ecdsa_signature() {
    // CVE-2022-21449.
    let own = key(SigningAlg::Es256, "own");
    let keys = set(&[&own]);
    let token = sign(
        &json!({ "alg": "ES256", "kid": "own" }),
        &*signer(SigningAlg::Es256, &own),
    );
    let (body, _) = token.rsplit_once('.').unwrap();
    let mut half = [0; 64];
    half[31] = 1;
    for signature in [
        vec![0; 64],
        half.to_vec(),
        vec![0; 1],
        vec![0; 63],
        vec![0; 200],
    ] {
        let forged = format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature));
        assert_eq!(
            verify(&forged, &keys, TYPES),
            Err(TokenRejection::Signature)
        );
    }
}

#[test]
fn untrusted_keys_are_skipped() {
    let of = |jwk: Value| ExternalKeys::from_jwks(&json!({ "keys": [jwk] }).to_string()).unwrap();
    let small = serde_json::to_value(
        Jwk::generate_rsa_key(1024)
            .unwrap()
            .to_public_key()
            .unwrap(),
    );
    assert!(of(small.unwrap()).is_empty());
    let private = serde_json::to_value(key(SigningAlg::EdDsa, "own")).unwrap();
    assert!(holds_private_key(&json!({ "keys": [private] }).to_string()));
    assert!(of(private).is_empty());
    let good = key(SigningAlg::Es256, "own").to_public_key().unwrap();
    let good = serde_json::to_value(good).unwrap();
    assert!(!of(good.clone()).is_empty());
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("ES384")),
        ("crv", json!("P-384")),
        ("kty", json!("RSA")),
        ("x", json!("AQ")),
        ("key_ops", json!(["sign"])),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert!(of(bad).is_empty(), "{name}");
    }
    for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}"] {
        assert!(ExternalKeys::from_jwks(text).is_err(), "{text}");
    }
}

#[test]
fn algorithms_of_keys_are_known() {
    let set = |alg: Option<&str>| {
        let mut public = key(SigningAlg::Rs256, "own").to_public_key().unwrap();
        if let Some(alg) = alg {
            public.set_algorithm(alg);
        }
        let public = serde_json::to_value(public).unwrap();
        ExternalKeys::from_jwks(&json!({ "keys": [public] }).to_string()).unwrap()
    };
    for (alg, rs256, ps256) in [
        (None, true, true),
        (Some("RS256"), true, false),
        (Some("PS256"), false, true),
    ] {
        let keys = set(alg);
        assert_eq!(keys.can_verify(&[SigningAlg::Rs256]), rs256);
        assert_eq!(
            keys.can_verify(&[SigningAlg::Es256, SigningAlg::Ps256]),
            ps256
        );
        assert!(!keys.can_verify(&[SigningAlg::Es256]) && !keys.can_verify(&[]));
    }
}

#[test]
fn algorithm_is_read_from_header() {
    for alg in SigningAlg::ALL {
        let own = key(alg, "own");
        let token = sign(
            &json!({ "alg": alg.as_str(), "kid": "own" }),
            &*signer(alg, &own),
        );
        assert_eq!(algorithm(&token), Some(alg));
    }
    for text in ["", "a.b", "e30.e30.AA", "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(algorithm(text), None, "{text}");
    }
}

#[test]
fn rejects_duplicate_kid_of_same_algorithm() {
    let public = |jwk: &Jwk| {
        let mut public = serde_json::to_value(jwk.to_public_key().unwrap()).unwrap();
        public["kid"] = json!("same");
        public
    };
    let [rsa, ec] = [SigningAlg::Rs256, SigningAlg::Es256].map(|alg| public(&key(alg, "same")));
    let read = |keys: Vec<Value>| ExternalKeys::from_jwks(&json!({ "keys": keys }).to_string());
    let error = read(vec![rsa.clone(); 32]).unwrap_err();
    assert_eq!(error, JwksError::DuplicateKid);
    assert_eq!(
        read(vec![ec.clone(); 2]).unwrap_err(),
        JwksError::DuplicateKid
    );
    // One `kid` for two algorithms is unambiguous.
    assert!(read(vec![rsa.clone(), ec]).is_ok());
    let named = |alg: &str| {
        let mut named = rsa.clone();
        named["alg"] = json!(alg);
        named
    };
    assert!(read(vec![named("RS256"), named("PS256")]).is_ok());
    assert!(read(vec![named("RS256"), rsa.clone()]).is_err());
}

/// A verifier that counts its calls.
#[derive(Clone, Debug)]
struct Counting {
    inner: Box<dyn JwsVerifier>,
    asked: Arc<AtomicUsize>,
}

impl JwsVerifier for Counting {
    fn algorithm(&self) -> &dyn josekit::jws::JwsAlgorithm {
        self.inner.algorithm()
    }

    fn key_id(&self) -> Option<&str> {
        self.inner.key_id()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), josekit::JoseError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.inner.verify(message, signature)
    }

    fn box_clone(&self) -> Box<dyn JwsVerifier> {
        Box::new(self.clone())
    }
}

#[test]
fn bad_signature_costs_at_most_one_verification() {
    let other = key(SigningAlg::Es256, "other").to_public_key().unwrap();
    let counting = Counting {
        inner: Box::new(EcdsaJwsAlgorithm::Es256.verifier_from_jwk(&other).unwrap()),
        asked: Arc::default(),
    };
    let of = |kid: Option<String>| PartyKey {
        kid,
        alg: SigningAlg::Es256,
        verifier: Box::new(counting.clone()),
    };
    let own = key(SigningAlg::Es256, "k7");
    let signer = signer(SigningAlg::Es256, &own);
    let tokens = [
        sign(&json!({ "alg": "ES256", "kid": "k7" }), &*signer),
        sign(&json!({ "alg": "ES256" }), &*signer),
        sign(&json!({ "alg": "ES256", "kid": "same" }), &*signer),
    ];
    let sets: [Vec<PartyKey>; 3] = [
        (0..MAX_KEYS).map(|n| of(Some(format!("k{n}")))).collect(),
        (0..MAX_KEYS).map(|_| of(None)).collect(),
        // A set that was never checked for duplicates does not cost more either.
        (0..MAX_KEYS).map(|_| of(Some("same".to_owned()))).collect(),
    ];
    let mut asked = Vec::new();
    for keys in sets {
        let certificates = Vec::new();
        let keys = ExternalKeys { keys, certificates };
        for token in &tokens {
            assert!(verify(token, &keys, TYPES).is_err());
            asked.push(counting.asked.swap(0, Ordering::Relaxed));
        }
    }
    assert_eq!(asked, [1, 0, 0, 0, 0, 0, 0, 0, 1]);
}
