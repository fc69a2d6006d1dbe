//! Algorithm confusion (RFC 8725 §2.1, §3.1): a key of one algorithm is rejected for every other.

use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use super::*;
use crate::fixtures::encode;

/// Generates a private key with `alg`, whose ID is the name of the algorithm.
fn private_key(alg: SigningAlg) -> Jwk {
    let mut key = match alg {
        SigningAlg::Rs256 | SigningAlg::Ps256 => Jwk::generate_rsa_key(2048),
        SigningAlg::Es256 => Jwk::generate_ec_key(EcCurve::P256),
        SigningAlg::EdDsa => Jwk::generate_ed_key(EdCurve::Ed25519),
    }
    .unwrap();
    key.set_key_id(alg.as_str());
    key.set_algorithm(alg.as_str());
    key
}

fn public(key: &Jwk) -> Value {
    let mut public = serde_json::to_value(key.to_public_key().unwrap()).unwrap();
    public["kid"] = json!(key.key_id());
    public["alg"] = json!(key.algorithm());
    public["use"] = json!("sig");
    public
}

/// Returns the signer of the key with any algorithm of its type.
fn signer(alg: SigningAlg, key: &Jwk) -> Box<dyn JwsSigner> {
    let mut key = key.clone();
    key.set_algorithm(alg.as_str());
    match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_jwk(&key).unwrap()),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.signer_from_jwk(&key).unwrap()),
        SigningAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.signer_from_jwk(&key).unwrap()),
        SigningAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_jwk(&key).unwrap()),
    }
}

fn text(alg: &str, kid: &str) -> String {
    let header = json!({ "alg": alg, "typ": "at+jwt", "kid": kid }).to_string();
    format!("{}.{}", encode(&header), encode(&claims().to_string()))
}

fn token(named: &str, kid: &str, signer: &dyn JwsSigner) -> String {
    let signed = text(named, kid);
    let signature = signer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn hmac(named: &str, kid: &str, secret: &[u8]) -> String {
    let signed = text(named, kid);
    let key = PKey::hmac(secret).unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    let signature = signer.sign_oneshot_to_vec(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// An issuer with a key of each algorithm.
struct Issuer {
    private: Vec<(SigningAlg, Jwk)>,
    keys: KeySet,
}

impl Issuer {
    fn new() -> Self {
        let private = SigningAlg::ALL.map(|alg| (alg, private_key(alg))).to_vec();
        let public: Vec<Value> = private.iter().map(|(_, key)| public(key)).collect();
        let keys = KeySet::from_jwks(&json!({ "keys": public }).to_string()).unwrap();
        assert_eq!(keys.kids().count(), 4);
        Self { private, keys }
    }

    fn verify(&self, token: &str) -> Result<AccessTokenClaims, TokenRejection> {
        verify_access_token(token, &self.keys, &Expected::new(ISSUER, AUDIENCE), NOW)
    }
}

#[test]
fn key_of_each_algorithm_verifies_own_signature() {
    let issuer = Issuer::new();
    for (alg, key) in &issuer.private {
        let good = token(alg.as_str(), alg.as_str(), &*signer(*alg, key));
        issuer.verify(&good).unwrap();
        let (body, signature) = good.rsplit_once('.').unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        bytes[10] ^= 1;
        let bad = format!("{body}.{}", URL_SAFE_NO_PAD.encode(bytes));
        assert_eq!(issuer.verify(&bad), Err(TokenRejection::Signature), "{alg}");
    }
}

/// Every pair: the header names one algorithm, the `kid` a key of another. The signature is genuine
/// by the named algorithm, or by the key.
#[test]
fn key_of_one_algorithm_is_rejected_for_others() {
    let issuer = Issuer::new();
    for (named, named_key) in &issuer.private {
        for (of_key, key) in issuer.private.iter().filter(|(alg, _)| alg != named) {
            for signer in [signer(*named, named_key), signer(*of_key, key)] {
                let forged = token(named.as_str(), of_key.as_str(), &*signer);
                let seen = issuer.verify(&forged);
                assert_eq!(seen, Err(TokenRejection::Algorithm), "{named}, {of_key}");
            }
        }
    }
}

/// An RSA key could sign with two algorithms; its `alg` allows only one of them.
#[test]
fn rsa_key_is_not_used_with_two_algorithms() {
    let issuer = Issuer::new();
    for (own, other) in [
        (SigningAlg::Rs256, SigningAlg::Ps256),
        (SigningAlg::Ps256, SigningAlg::Rs256),
    ] {
        let (_, key) = issuer.private.iter().find(|(alg, _)| *alg == own).unwrap();
        let by_other = signer(other, key);
        let named = token(other.as_str(), own.as_str(), &*by_other);
        assert_eq!(issuer.verify(&named), Err(TokenRejection::Algorithm));
        let hidden = token(own.as_str(), own.as_str(), &*by_other);
        assert_eq!(issuer.verify(&hidden), Err(TokenRejection::Signature));
    }
}

/// A public key is not secret: an HMAC made with it authenticates nothing (CVE-2015-9235).
#[test]
fn public_key_of_each_algorithm_is_no_hmac_secret() {
    let issuer = Issuer::new();
    for (alg, key) in &issuer.private {
        let jwk = public(key);
        let member = |name: &str| {
            let text = jwk.get(name).and_then(Value::as_str)?;
            URL_SAFE_NO_PAD.decode(text).ok()
        };
        let raw = member("x").or_else(|| member("n")).unwrap();
        for secret in [raw, jwk.to_string().into_bytes()] {
            for named in ["HS256", "HS512", alg.as_str()] {
                let forged = hmac(named, alg.as_str(), &secret);
                assert!(issuer.verify(&forged).is_err(), "{alg} as {named}");
            }
        }
    }
}

#[test]
fn unsigned_token_is_rejected_for_key_of_each_algorithm() {
    let issuer = Issuer::new();
    for (alg, _) in &issuer.private {
        for named in ["none", "None", "NONE", "nOnE", "", alg.as_str()] {
            let unsigned = format!("{}.", text(named, alg.as_str()));
            assert!(issuer.verify(&unsigned).is_err(), "{named}");
            let filled = format!("{unsigned}{}", URL_SAFE_NO_PAD.encode([1; 64]));
            assert!(issuer.verify(&filled).is_err(), "{named}");
        }
    }
}

/// CVE-2022-21449.
#[test]
fn zero_signature_of_es256_is_rejected() {
    let issuer = Issuer::new();
    let zero = URL_SAFE_NO_PAD.encode([0; 64]);
    let forged = format!("{}.{zero}", text("ES256", "ES256"));
    assert_eq!(issuer.verify(&forged), Err(TokenRejection::Signature));
}

#[test]
fn only_listed_algorithms_are_accepted() {
    let issuer = Issuer::new();
    for (alg, key) in &issuer.private {
        let good = token(alg.as_str(), alg.as_str(), &*signer(*alg, key));
        for listed in SigningAlg::ALL {
            let expected = Expected {
                algorithms: vec![listed],
                ..Expected::new(ISSUER, AUDIENCE)
            };
            let seen = verify_access_token(&good, &issuer.keys, &expected, NOW);
            if listed == *alg {
                seen.unwrap();
            } else {
                assert_eq!(seen, Err(TokenRejection::Algorithm), "{alg}");
            }
        }
        let nothing = Expected {
            algorithms: Vec::new(),
            ..Expected::new(ISSUER, AUDIENCE)
        };
        let seen = verify_access_token(&good, &issuer.keys, &nothing, NOW);
        assert_eq!(seen, Err(TokenRejection::Algorithm));
    }
}

/// A key whose type does not fit its `alg` is not in the set.
#[test]
fn key_with_algorithm_of_other_type_is_left_out() {
    for alg in SigningAlg::ALL {
        let key = public(&private_key(alg));
        let others = SigningAlg::ALL.map(SigningAlg::as_str);
        let others = others
            .into_iter()
            .chain(["none", "HS256", "RS512", "ES384", "RSA-OAEP"]);
        for named in others {
            let mut renamed = key.clone();
            renamed["alg"] = json!(named);
            let keys = json!({ "keys": [renamed] }).to_string();
            let is_known = !KeySet::from_jwks(&keys).unwrap().is_empty();
            let fits =
                SigningAlg::parse(named).is_some_and(|named| named.key_type() == alg.key_type());
            assert_eq!(is_known, fits, "{alg} key as {named}");
        }
    }
}
