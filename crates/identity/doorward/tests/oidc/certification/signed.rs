//! Verification of tokens and responses with the published keys.

use doorward_testkit::{Stack, UserAgent, jwt};
use josekit::jwk::JwkSet;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use josekit::jws::{JwsVerifier, deserialize_compact};
use serde_json::Value;

/// Verifies a JWT that the server signed with this algorithm; returns its claims.
pub async fn verified(stack: &Stack, token: &str, alg: &str) -> Value {
    let keys = UserAgent::new().get(stack.at("/oauth2/jwks")).await.text();
    let keys = JwkSet::from_bytes(keys).unwrap();
    let header = jwt::header(token);
    assert_eq!(header["alg"], alg, "{header}");
    let found = keys.get(header["kid"].as_str().unwrap());
    let [key] = found.as_slice() else {
        panic!("{} keys of {header}", found.len());
    };
    // No key has two algorithms (RFC 7517 §4.4).
    assert_eq!(key.algorithm(), Some(alg), "{header}");
    let verifier: Box<dyn JwsVerifier> = match alg {
        "RS256" => Box::new(RsassaJwsAlgorithm::Rs256.verifier_from_jwk(key).unwrap()),
        "PS256" => Box::new(RsassaPssJwsAlgorithm::Ps256.verifier_from_jwk(key).unwrap()),
        "ES256" => Box::new(EcdsaJwsAlgorithm::Es256.verifier_from_jwk(key).unwrap()),
        _ => Box::new(EddsaJwsAlgorithm::Eddsa.verifier_from_jwk(key).unwrap()),
    };
    let (payload, _) = deserialize_compact(token, &*verifier).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// Returns the metadata of the OpenID provider.
pub async fn discovery(stack: &Stack) -> Value {
    let path = "/.well-known/openid-configuration";
    UserAgent::new().get(stack.at(path)).await.json()
}

/// Asserts that a list of the metadata has all these algorithms.
#[track_caller]
pub fn assert_lists(metadata: &Value, name: &str, algorithms: &[&str]) {
    let listed = metadata[name].as_array();
    let listed = listed.unwrap_or_else(|| panic!("no {name} in {metadata}"));
    for alg in algorithms {
        assert!(listed.iter().any(|item| item == alg), "{name}: {listed:?}");
    }
    assert!(!listed.iter().any(|item| item == "none"), "{name}");
}
