//! The keys of the vectors, which only tests use: they are in the file, so that renewing it changes
//! as little as possible.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use serde_json::{Value, json};

use crate::fixtures::TestKey;
use crate::jwt::jwk::thumbprint;

/// Two keys of the issuer, and one key of a client for each type.
pub struct Keys {
    pub one: TestKey,
    pub two: TestKey,
    pub ec: Holder,
    pub ed: Holder,
    pub rsa: Holder,
}

/// A key that signs proofs.
pub struct Holder {
    private: Jwk,
    pub public: Value,
}

impl Keys {
    /// Returns the keys of the stored file, or new ones.
    pub fn of(stored: Option<&Value>) -> Self {
        let own = |name: &str| {
            let jwk = stored?["keys"][name].as_object()?.clone();
            Some(Jwk::from_map(jwk).unwrap())
        };
        let issuer = |kid: &str| match own(kid) {
            Some(private) => test_key(private, kid),
            None => TestKey::generate(kid),
        };
        let holder = |name: &str, new: fn() -> Jwk| Holder::new(own(name).unwrap_or_else(new));
        Self {
            one: issuer("one"),
            two: issuer("two"),
            ec: holder("ec", || Jwk::generate_ec_key(EcCurve::P256).unwrap()),
            ed: holder("ed", || Jwk::generate_ed_key(EdCurve::Ed25519).unwrap()),
            rsa: holder("rsa", || Jwk::generate_rsa_key(2048).unwrap()),
        }
    }

    /// Returns the private keys, for tests that sign further tokens.
    pub fn to_json(&self) -> Value {
        json!({
            "one": self.one.private, "two": self.two.private,
            "ec": self.ec.private, "ed": self.ed.private, "rsa": self.rsa.private,
        })
    }

    /// Returns the key sets of the issuer by name.
    pub fn sets(&self) -> Value {
        let (one, two) = (&self.one.public, &self.two.public);
        json!({
            "both": json!({ "keys": [one, two] }).to_string(),
            "one": json!({ "keys": [one] }).to_string(),
            "none": json!({ "keys": [] }).to_string(),
        })
    }
}

fn test_key(private: Jwk, kid: &str) -> TestKey {
    let mut public = serde_json::to_value(private.to_public_key().unwrap()).unwrap();
    public["kid"] = json!(kid);
    public["alg"] = json!("RS256");
    public["use"] = json!("sig");
    TestKey { private, public }
}

impl Holder {
    fn new(private: Jwk) -> Self {
        let public = serde_json::to_value(private.to_public_key().unwrap()).unwrap();
        Self { private, public }
    }

    /// Returns the thumbprint of the key.
    pub fn jkt(&self) -> String {
        thumbprint(self.public.as_object().unwrap()).unwrap()
    }

    /// Returns the private key as a JWK.
    pub fn private(&self) -> Value {
        serde_json::to_value(&self.private).unwrap()
    }

    /// Signs exactly these texts.
    pub fn sign(&self, alg: &str, header: &str, payload: &str) -> String {
        let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
        let input = format!("{header}.{payload}");
        let signer: Box<dyn JwsSigner> = match alg {
            "ES256" => Box::new(
                EcdsaJwsAlgorithm::Es256
                    .signer_from_jwk(&self.private)
                    .unwrap(),
            ),
            "EdDSA" => Box::new(
                EddsaJwsAlgorithm::Eddsa
                    .signer_from_jwk(&self.private)
                    .unwrap(),
            ),
            "PS256" => {
                let signer = RsassaPssJwsAlgorithm::Ps256.signer_from_jwk(&self.private);
                Box::new(signer.unwrap())
            }
            _ => Box::new(
                RsassaJwsAlgorithm::Rs256
                    .signer_from_jwk(&self.private)
                    .unwrap(),
            ),
        };
        let signature = signer.sign(input.as_bytes()).unwrap();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
