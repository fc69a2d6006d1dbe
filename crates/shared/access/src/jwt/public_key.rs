//! Public keys: their suitability, and the verifier of each algorithm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_protocol::signing_alg::SigningAlg;
use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use serde_json::{Map, Value};

/// The private members of a JWK (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Accepted sizes of an RSA modulus in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;
/// Maximum length of an RSA exponent in bytes.
const MAX_EXPONENT_BYTES: usize = 4;

/// Returns true if a JWK has a private member.
pub(super) fn has_private_part(jwk: &Map<String, Value>) -> bool {
    PRIVATE.iter().any(|name| jwk.contains_key(*name))
}

/// Returns the verifier of a key, if it is suitable. josekit checks `kty`, `crv`, `alg`, `use` and
/// `key_ops`; this function checks the sizes.
pub(super) fn verifier(jwk: &Map<String, Value>, alg: SigningAlg) -> Option<Box<dyn JwsVerifier>> {
    if has_private_part(jwk) {
        return None;
    }
    let bytes = |name| URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok();
    let is_sound = match alg {
        SigningAlg::Rs256 | SigningAlg::Ps256 => is_acceptable_rsa_key(&bytes("n")?, &bytes("e")?),
        SigningAlg::Es256 => bytes("x")?.len() == 32 && bytes("y")?.len() == 32,
        SigningAlg::EdDsa => {
            let curve = jwk.get("crv").and_then(Value::as_str);
            curve == Some("Ed25519") && bytes("x")?.len() == 32
        }
    };
    if !is_sound {
        return None;
    }
    let jwk = Jwk::from_map(jwk.clone()).ok()?;
    Some(match alg {
        SigningAlg::Rs256 => Box::new(RsassaJwsAlgorithm::Rs256.verifier_from_jwk(&jwk).ok()?),
        SigningAlg::Ps256 => Box::new(RsassaPssJwsAlgorithm::Ps256.verifier_from_jwk(&jwk).ok()?),
        SigningAlg::Es256 => Box::new(EcdsaJwsAlgorithm::Es256.verifier_from_jwk(&jwk).ok()?),
        SigningAlg::EdDsa => Box::new(EddsaJwsAlgorithm::Eddsa.verifier_from_jwk(&jwk).ok()?),
    })
}

/// Returns false for an ECDSA signature that contains a zero (CVE-2022-21449), before josekit sees
/// it.
pub(super) fn is_plausible(alg: SigningAlg, signature: &[u8]) -> bool {
    alg != SigningAlg::Es256 || is_plausible_ecdsa(signature, 32)
}

/// Returns true if both halves of an ECDSA signature have this length and are not zero.
pub(super) fn is_plausible_ecdsa(signature: &[u8], half: usize) -> bool {
    let is_zero = |half: &[u8]| half.iter().all(|byte| *byte == 0);
    signature.len() == 2 * half && !is_zero(&signature[..half]) && !is_zero(&signature[half..])
}

/// Returns true for an RSA key that is neither weak nor expensive to verify with: a modulus of 2048
/// to 4096 bits, and an odd exponent from 65537 (FIPS 186-5 §5.1) to 32 bits. With exponent 1,
/// every message would be its own signature; large moduli and exponents cost the verifier CPU time.
pub(super) fn is_acceptable_rsa_key(modulus: &[u8], exponent: &[u8]) -> bool {
    let value = exponent
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte));
    let is_sound = exponent.len() <= MAX_EXPONENT_BYTES && value >= 65537 && value % 2 == 1;
    is_sound && MODULUS_BITS.contains(&bit_length(modulus))
}

/// Returns the number of significant bits of a big-endian number.
pub(super) fn bit_length(big_endian: &[u8]) -> usize {
    let zeros = big_endian.iter().take_while(|byte| **byte == 0).count();
    let significant = &big_endian[zeros..];
    significant.first().map_or(0, |first| {
        significant.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0)
    })
}
