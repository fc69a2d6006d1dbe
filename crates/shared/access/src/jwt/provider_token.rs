//! Signatures of identity providers: ID tokens (OIDC Core §3.1.3.7) and userinfo responses (§5.3.2).
//!
//! Their keys and headers are read leniently, because each provider has its habits: a key that
//! cannot be used is left out, and a header parameter that is not used is ignored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_protocol::foreign_json;
use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::public_key::{has_private_part, is_acceptable_rsa_key, is_plausible_ecdsa};
use super::verify::Compact;

/// Maximum length of a token in bytes: that of a response of a provider.
const MAX_BYTES: usize = 256 * 1024;
/// Maximum number of keys that are tried for one signature.
const MAX_TRIED: usize = 8;
/// Maximum number of keys that are kept of a set.
const MAX_KEYS: usize = 100;

doorward_protocol::words! {
    /// A signature algorithm of providers. Only those of public keys: otherwise a holder of the client
    /// secret could sign tokens (RFC 8725 §3.1).
    pub enum ProviderAlg {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        Rs384 = "RS384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        Rs512 = "RS512",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// RSASSA-PSS with SHA-384.
        Ps384 = "PS384",
        /// RSASSA-PSS with SHA-512.
        Ps512 = "PS512",
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
        /// ECDSA with P-384 and SHA-384.
        Es384 = "ES384",
        /// ECDSA with P-521 and SHA-512.
        Es512 = "ES512",
        /// Ed25519 (RFC 8037).
        EdDsa = "EdDSA" | "Ed25519",
    }
}

/// The reason why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderTokenError {
    /// An encrypted token (RFC 7516), which only a key that this server does not have can open.
    #[error("it is encrypted; let the provider only sign it")]
    Encrypted,
    /// A text that is no signed token.
    #[error("it is not a signed JWT: {0}")]
    Malformed(&'static str),
    /// An algorithm that is not accepted.
    #[error("its algorithm {0} is not accepted; choose RS256, PS256, ES256, EdDSA or a longer one")]
    Algorithm(String),
    /// An algorithm that FAPI 2.0 does not allow (Security Profile §5.4.1 (1)).
    #[error("its algorithm {0} is none of FAPI 2.0; let the provider choose PS256, ES256 or EdDSA")]
    NotFapi(&'static str),
    /// An extension that must be understood (RFC 7515 §4.1.11).
    #[error("its header has the extension crit, which is not supported")]
    Critical,
    /// No key of the provider has the ID in the header, or fits the algorithm.
    #[error("the provider publishes no key for it (kid {0})")]
    UnknownKey(String),
    /// A signature that does not match.
    #[error("its signature is wrong")]
    Signature,
}

impl ProviderTokenError {
    /// Returns true if newer keys of the provider may verify the token.
    pub const fn may_be_rotation(&self) -> bool {
        matches!(self, Self::UnknownKey(_) | Self::Signature)
    }
}

/// The public keys of one provider.
#[derive(Debug, Clone, Default)]
pub struct ProviderKeys(Vec<Map<String, Value>>);

impl ProviderKeys {
    /// Reads a JWK Set (RFC 7517 §5). Keys that cannot verify a signature are left out: other types,
    /// keys for encryption, weak and expensive ones (`is_acceptable_rsa_key`), and keys with private
    /// parts. Returns `None` for a document that is no JWK Set.
    pub fn read(document: &[u8]) -> Option<Self> {
        let mut members = foreign_json::object(document)?;
        let Some(Value::Array(keys)) = members.remove("keys") else {
            return None;
        };
        let keys = keys.into_iter().filter_map(|key| match key {
            Value::Object(mut jwk) => {
                jwk.retain(|_, value| !value.is_null());
                Some(jwk)
            }
            _ => None,
        });
        let can_verify = |jwk: &Map<String, Value>| {
            let mut algorithms = ProviderAlg::ALL.into_iter();
            algorithms.any(|alg| alg.verifier(jwk).is_some())
        };
        Some(Self(keys.filter(can_verify).take(MAX_KEYS).collect()))
    }

    /// Returns true if no key can verify a signature.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Verifies the signature of a token; returns its algorithm and its claims. The caller checks the
    /// claims.
    ///
    /// # Errors
    /// Returns the [`ProviderTokenError`].
    pub fn verify(
        &self,
        token: &str,
    ) -> Result<(ProviderAlg, Map<String, Value>), ProviderTokenError> {
        // RFC 7516 §9: five parts are an encrypted token.
        if token.bytes().filter(|byte| *byte == b'.').count() == 4 {
            return Err(ProviderTokenError::Encrypted);
        }
        let malformed = ProviderTokenError::Malformed;
        let jws = Compact::split_within(token, MAX_BYTES)
            .map_err(|_| malformed("it does not have three parts"))?;
        let decode = |part| URL_SAFE_NO_PAD.decode(part).ok();
        let object = |part| foreign_json::object(&decode(part)?);
        let header = object(jws.header).ok_or(malformed("its header is not a JSON object"))?;
        let named = header.get("alg").and_then(Value::as_str);
        let alg = named.and_then(ProviderAlg::parse);
        let alg = alg.ok_or_else(|| {
            let named = named.unwrap_or_default();
            ProviderTokenError::Algorithm(named.chars().take(20).collect())
        })?;
        if foreign_json::has_value(&header, "crit") {
            return Err(ProviderTokenError::Critical);
        }
        let signature = decode(jws.signature).ok_or(ProviderTokenError::Signature)?;
        let kid = header.get("kid").and_then(Value::as_str);
        let mut verifiers = self.select(alg, kid).peekable();
        if verifiers.peek().is_none() {
            let kid = kid.unwrap_or_default().chars().take(100).collect();
            return Err(ProviderTokenError::UnknownKey(kid));
        }
        let is_signed = alg.is_plausible(&signature)
            && verifiers.any(|verifier| verifier.verify(jws.signed, &signature).is_ok());
        if !is_signed {
            return Err(ProviderTokenError::Signature);
        }
        let claims = object(jws.payload).ok_or(malformed("its payload is not a JSON object"))?;
        Ok((alg, claims))
    }

    /// Returns the verifiers of the keys that a header selects: those with its `kid`, or those without
    /// one if no key has it. Without a `kid` in the header every key is tried.
    fn select(
        &self,
        alg: ProviderAlg,
        kid: Option<&str>,
    ) -> impl Iterator<Item = Box<dyn JwsVerifier>> {
        let id = |jwk: &Map<String, Value>| {
            let id = jwk.get("kid").and_then(Value::as_str);
            id.map(str::to_owned)
        };
        let is_known = kid.is_some() && self.0.iter().any(|jwk| id(jwk).as_deref() == kid);
        let keys = self.0.iter().filter(move |jwk| match (kid, is_known) {
            (None, _) => true,
            (Some(kid), true) => id(jwk).as_deref() == Some(kid),
            (Some(_), false) => id(jwk).is_none(),
        });
        keys.filter_map(move |jwk| alg.verifier(jwk))
            .take(MAX_TRIED)
    }
}

impl ProviderAlg {
    /// Checks that FAPI 2.0 allows this algorithm.
    ///
    /// # Errors
    /// Returns an error with its name if not.
    pub const fn check_fapi(self) -> Result<(), ProviderTokenError> {
        match self {
            Self::Ps256 | Self::Es256 | Self::EdDsa => Ok(()),
            other => Err(ProviderTokenError::NotFapi(other.as_str())),
        }
    }

    /// Returns the verifier of a key, if it fits this algorithm. josekit checks `kty`, `crv`, `alg`,
    /// `use` and `key_ops`.
    fn verifier(self, jwk: &Map<String, Value>) -> Option<Box<dyn JwsVerifier>> {
        if has_private_part(jwk) {
            return None;
        }
        let bytes = |name| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
        let rsa = || is_acceptable_rsa_key(&bytes("n")?, &bytes("e")?).then_some(());
        let parsed = || Jwk::from_map(jwk.clone()).ok();
        macro_rules! verifier {
            ($algorithm:expr) => {
                Box::new($algorithm.verifier_from_jwk(&parsed()?).ok()?)
            };
        }
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                rsa()?;
            }
            Self::EdDsa if jwk.get("crv").and_then(Value::as_str) != Some("Ed25519") => {
                return None;
            }
            Self::Es256 | Self::Es384 | Self::Es512 | Self::EdDsa => {}
        }
        Some(match self {
            Self::Rs256 => verifier!(RsassaJwsAlgorithm::Rs256),
            Self::Rs384 => verifier!(RsassaJwsAlgorithm::Rs384),
            Self::Rs512 => verifier!(RsassaJwsAlgorithm::Rs512),
            Self::Ps256 => verifier!(RsassaPssJwsAlgorithm::Ps256),
            Self::Ps384 => verifier!(RsassaPssJwsAlgorithm::Ps384),
            Self::Ps512 => verifier!(RsassaPssJwsAlgorithm::Ps512),
            Self::Es256 => verifier!(EcdsaJwsAlgorithm::Es256),
            Self::Es384 => verifier!(EcdsaJwsAlgorithm::Es384),
            Self::Es512 => verifier!(EcdsaJwsAlgorithm::Es512),
            Self::EdDsa => verifier!(EddsaJwsAlgorithm::Eddsa),
        })
    }

    fn is_plausible(self, signature: &[u8]) -> bool {
        match self {
            Self::Es256 => is_plausible_ecdsa(signature, 32),
            Self::Es384 => is_plausible_ecdsa(signature, 48),
            Self::Es512 => is_plausible_ecdsa(signature, 66),
            _ => true,
        }
    }

    /// Returns the left half of the hash of an access token, in base64url: the `at_hash` of an ID token
    /// with this algorithm (OIDC Core §3.1.3.6).
    pub fn token_hash(self, token: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Sha256::digest(token).to_vec(),
            Self::Rs384 | Self::Ps384 | Self::Es384 => Sha384::digest(token).to_vec(),
            // Ed25519 uses SHA-512 (RFC 8032 §5.1).
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => Sha512::digest(token).to_vec(),
        };
        URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
    }
}

#[cfg(test)]
mod tests;
