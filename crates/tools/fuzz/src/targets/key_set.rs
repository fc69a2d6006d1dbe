//! JWK Sets (RFC 7517 §5): of the issuer, and of clients.

use doorward_access::jwt::external_keys::{ExternalKeys, claimed_issuer, holds_private_key};
use doorward_access::jwt::jwks::{JwksError, KeySet};

use crate::json::{self, Json};
use crate::keys;
use crate::target::Target;

/// Target for key sets. `@rsa` and `@ec` are replaced by a valid set and a valid key.
pub const TARGET: Target = Target {
    name: "key_set",
    run,
    words: &[
        "@rsa",
        "@ec",
        "\"keys\":[",
        "\"kty\":\"RSA\"",
        "\"kty\":\"EC\"",
        "\"kty\":\"OKP\"",
        "\"kty\":\"oct\"",
        "\"crv\":\"P-256\"",
        "\"crv\":\"Ed25519\"",
        "\"alg\":\"none\"",
        "\"use\":\"enc\"",
        "\"key_ops\":[\"sign\"]",
        "\"d\":\"AQ\"",
        "\"e\":\"AQ\"",
        "\"e\":\"AQAB\"",
        "\"n\":\"AA\"",
        "\"kid\":\"k1\"",
        "\"kid\":1",
        ",",
        "{}",
        "[]",
    ],
};

fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input)
        .replace("@rsa", &keys::rsa_set())
        .replace("@ec", &keys::ec_jwk());
    let _ = claimed_issuer(&text);
    let (ours, party) = (KeySet::from_jwks(&text), ExternalKeys::from_jwks(&text));
    let listed = json::object(text.as_bytes());
    let listed = match listed.as_ref().and_then(|set| set.get("keys")) {
        Some(Json::List(keys)) if keys.len() <= 32 => Some(keys),
        _ => None,
    };
    let is_object = |key: &Json| matches!(key, Json::Object(_));
    let listed = listed.filter(|keys| keys.iter().all(is_object));
    if party.is_err_and(|error| error == JwksError::DuplicateKid) {
        let kids = listed.into_iter().flatten();
        let kids: Vec<_> = kids
            .filter_map(|key| key.get("kid").and_then(Json::text))
            .collect();
        let is_twice = |kid: &&str| kids.iter().filter(|other| *other == kid).count() > 1;
        assert!(kids.iter().any(is_twice), "{text}");
        return;
    }
    let party = ExternalKeys::from_jwks(&text);
    assert_eq!(party.is_ok(), listed.is_some(), "{text}");
    let Some(listed) = listed else {
        assert!(ours.is_err() && !holds_private_key(&text), "{text}");
        return;
    };
    let is_private = |key: &Json| {
        ["d", "p", "q", "k", "oth"]
            .iter()
            .any(|name| key.get(name).is_some())
    };
    assert!(
        !listed.iter().any(is_private) || holds_private_key(&text),
        "{text}"
    );
    let Ok(ours) = ours else { return };
    for kid in ours.kids() {
        let of_kid = |key: &&Json| key.get("kid").and_then(Json::text) == Some(kid);
        let mut good = listed.iter().filter(of_kid).filter(|key| {
            let kty = key.get("kty").and_then(Json::text);
            matches!(kty, Some("RSA" | "EC" | "OKP")) && !is_private(key)
        });
        assert!(good.next().is_some(), "{kid} of {text}");
    }
}
