//! Access tokens (RFC 9068 §4, RFC 8725): an independent second implementation must accept and
//! reject the same tokens.

use std::sync::LazyLock;

use doorward_access::jwt::jwks::KeySet;
use doorward_access::jwt::verify::{Expected, verify_access_token};

use super::signed::{ISSUER, NOW, Signed, tampered};
use crate::json::{self, Json};
use crate::target::Target;
use crate::{base64url, keys};

pub const TARGET: Target = Target {
    name: "access_token",
    run,
    words: &[
        "\"alg\":\"none\"",
        "\"alg\":\"HS256\"",
        "\"crit\":[\"exp\"]",
        "\"b64\":false",
        "\"jwk\":{}",
        "\"typ\":\"JWT\"",
        "application/at+jwt",
        "\"kid\":\"k1\"",
        "\"aud\":[]",
        "\"aud\":null",
        "\"exp\":1e10",
        "\"exp\":1800000000",
        "\"iat\":1800000061",
        "\"nbf\":1800000061",
        "\"nbf\":null",
        "\"cnf\":{\"jkt\":null}",
        "\"cnf\":{\"x5t#S256\":[]}",
        "\"act\":{\"sub\":\"a\"}",
        "\"act\":[\"a\"]",
        "\"overage\":[\"roles\"]",
        "\"may_act\":{}",
        "\"is_staff\":true",
        "\"scope\":null",
        "\\u0061",
        "\\ud800",
        "-0",
        "1.0",
        "9223372036854775808",
        ",",
        "\n",
    ],
};

const AUDIENCE: &str = "https://tasks.example/api";

static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::from_jwks(&keys::rsa_set()).unwrap());
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let header = br#"{"alg":"RS256","typ":"at+jwt","kid":"k1"}"#;
    let payload = br#"{"iss":"https://id.example","sub":"a","aud":"https://tasks.example/api","client_id":"c","exp":1800000300,"iat":1800000000,"jti":"j"}"#;
    keys::rs256(header, payload)
});

fn run(input: &[u8]) {
    let token = match Signed::read(input) {
        None => return,
        Some(Signed::Raw(token)) => token.to_owned(),
        Some(Signed::Parts(header, payload)) => keys::rs256(header, payload),
        Some(Signed::Tampered(changes)) => tampered(&GOOD, changes),
    };
    let expected = Expected::new(ISSUER, AUDIENCE);
    let verdict = verify_access_token(&token, &KEYS, &expected, NOW);
    let second = accepts(&token).is_some();
    assert_eq!(verdict.is_ok(), second, "{token}: {verdict:?}");
    if let Some(Signed::Tampered(_)) = Signed::read(input) {
        assert!(!second || token == *GOOD, "{token}");
    }
}

/// Returns `Some` if the second implementation accepts the token.
pub fn accepts(token: &str) -> Option<()> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return None;
    };
    if token.len() > 16 * 1024 {
        return None;
    }
    check_header(&json::object(&base64url::decode(header)?)?)?;
    let signed = format!("{header}.{payload}");
    let is_genuine = keys::is_rs256(signed.as_bytes(), &base64url::decode(signature)?);
    let payload = base64url::decode(payload).filter(|_| is_genuine)?;
    check_claims(&json::object(&payload)?)
}

fn check_header(header: &Json) -> Option<()> {
    let refused = [
        "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "apu",
        "apv", "p2s", "p2c",
    ];
    let is_plain = refused.iter().all(|name| header.get(name).is_none());
    let typ = header.get("typ")?.text()?.to_ascii_lowercase();
    let is_ours = header.get("alg")?.text()? == "RS256" && header.get("kid")?.text()? == keys::KID;
    (is_plain && is_ours && ["at+jwt", "application/at+jwt"].contains(&typ.as_str())).then_some(())
}

fn check_claims(claims: &Json) -> Option<()> {
    for name in ["iss", "sub", "client_id", "jti"] {
        claims.get(name)?.text().filter(|text| !text.is_empty())?;
    }
    for name in ["acr", "sid", "org", "username", "email"] {
        optional(claims, name, |value| value.text().is_some())?;
    }
    for name in ["email_verified", "is_staff"] {
        optional(claims, name, |value| matches!(value, Json::Bool(_)))?;
    }
    for name in ["amr", "roles", "groups", "entitlements"] {
        let list = claims.get(name).map_or(Some(vec![]), Json::texts);
        list?;
    }
    optional(claims, "auth_time", |value| value.whole().is_some())?;
    optional(claims, "may_act", |value| matches!(value, Json::Object(_)))?;
    optional(claims, "act", is_actor)?;
    // RFC 9449 §6.1 and RFC 8705 §3.1.
    optional(claims, "cnf", |value| {
        let mut hashes = ["jkt", "x5t#S256"].iter();
        matches!(value, Json::Object(_))
            && hashes.all(|name| optional(value, name, |hash| hash.text().is_some()).is_some())
    })?;
    let scope = claims.get("scope").map_or(Some(""), Json::text)?;
    let is_scope = |letter: char| (' '..='~').contains(&letter) && letter != '"' && letter != '\\';
    let overage = claims.get("overage").map_or(Some(vec![]), Json::texts)?;
    let audience = claims.get("aud")?;
    let is_for_us = match audience {
        Json::Text(item) => item == AUDIENCE,
        many => many.texts()?.contains(&AUDIENCE),
    };
    let not_before = claims.get("nbf").map_or(Some(NOW), Json::whole)?;
    let is_good = scope.len() <= 2048
        && scope.chars().all(is_scope)
        && overage.iter().all(|name| *name == "entitlements")
        && claims.get("iss")?.text()? == ISSUER
        && is_for_us
        && i128::from(claims.get("exp")?.whole()?) + 60 > i128::from(NOW)
        && claims.get("iat")?.whole()? <= NOW + 60
        && not_before <= NOW + 60;
    is_good.then_some(())
}

/// Returns true for a valid actor (RFC 8693 §4.1).
fn is_actor(value: &Json) -> bool {
    let is_named = value.get("sub").and_then(Json::text).is_some();
    is_named && optional(value, "act", is_actor).is_some()
}

/// Checks an optional member; null counts as absent.
fn optional(object: &Json, name: &str, is_good: impl Fn(&Json) -> bool) -> Option<()> {
    match object.get(name) {
        None | Some(Json::Null) => Some(()),
        Some(value) => is_good(value).then_some(()),
    }
}
