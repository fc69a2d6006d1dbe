//! Key pairs: generation by algorithm, and the public key of the JWKS.

use doorward_access::jwt::jwk;
use josekit::jwk::KeyPair;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;

use super::es256::Es256Signer;
use crate::prelude::*;

const BITS: u32 = 2048;

pub(super) fn generate(alg: SigningAlg) -> Result<Box<dyn KeyPair>, JoseError> {
    Ok(match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.generate_key_pair(BITS)?),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.generate_key_pair(BITS)?),
        SigningAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.generate_key_pair()?),
        SigningAlg::EdDsa => {
            Box::new(EddsaJwsAlgorithm::Eddsa.generate_key_pair(EdCurve::Ed25519)?)
        }
    })
}

pub(super) fn read(alg: SigningAlg, pem: &[u8]) -> Result<Box<dyn KeyPair>, JoseError> {
    Ok(match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.key_pair_from_pem(pem)?),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.key_pair_from_pem(pem)?),
        SigningAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.key_pair_from_pem(pem)?),
        SigningAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.key_pair_from_pem(pem)?),
    })
}

pub(super) fn signer(alg: SigningAlg, pem: &[u8]) -> Result<Box<dyn JwsSigner>, JoseError> {
    Ok(match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_pem(pem)?),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.signer_from_pem(pem)?),
        SigningAlg::Es256 => Box::new(Es256Signer::from_pem(pem)?),
        SigningAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_pem(pem)?),
    })
}

/// A public key of the JWKS: public members only, in a fixed order. `alg` is always present, so
/// that no verifier uses the key with another algorithm (RFC 8725 §3.1).
#[derive(Serialize, Deserialize)]
pub(super) struct PublicJwk {
    pub kty: String,
    #[serde(rename = "use")]
    pub key_use: String,
    pub alg: SigningAlg,
    pub kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

impl PublicJwk {
    /// Returns the public key of a pair; `None` if it is not of the algorithm.
    pub(super) fn from_pair(alg: SigningAlg, pair: &dyn KeyPair) -> Option<Self> {
        let jwk = pair.to_jwk_public_key();
        let member = |name: &str| jwk.parameter(name)?.as_str().map(str::to_owned);
        let public = Self {
            kty: jwk.key_type().to_owned(),
            key_use: "sig".to_owned(),
            alg,
            kid: String::new(),
            crv: member("crv"),
            x: member("x"),
            y: member("y"),
            n: member("n"),
            e: member("e"),
        };
        let kid = public.thumbprint()?;
        Some(Self { kid, ..public })
    }

    /// Returns the RFC 7638 thumbprint; `None` if the members are not those of a key of its
    /// algorithm.
    pub(super) fn thumbprint(&self) -> Option<String> {
        let crv = self.crv.as_deref();
        let has = [&self.x, &self.y, &self.n, &self.e].map(Option::is_some);
        let fits = match self.alg {
            SigningAlg::Rs256 | SigningAlg::Ps256 => {
                crv.is_none() && has == [false, false, true, true]
            }
            SigningAlg::Es256 => crv == Some("P-256") && has == [true, true, false, false],
            SigningAlg::EdDsa => crv == Some("Ed25519") && has == [true, false, false, false],
        };
        if !fits || self.kty != self.alg.key_type() {
            return None;
        }
        let members = [
            ("crv", &self.crv),
            ("x", &self.x),
            ("y", &self.y),
            ("n", &self.n),
            ("e", &self.e),
        ];
        let members = members
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value.clone()?))));
        let kty = ("kty".to_owned(), Value::from(self.kty.as_str()));
        let jwk: Map<String, Value> = members.chain([kty]).collect();
        jwk::thumbprint(&jwk)
    }
}
