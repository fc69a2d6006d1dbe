//! Builders of vectors.

use serde_json::{Value, json};

use super::keys::Keys;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, access_header, claims, claims_with};

/// Returns a vector of a token at the time of its issue.
pub fn token(name: &str, token: &str) -> Value {
    json!({
        "kind": "token", "name": format!("token: {name}"), "now": NOW, "jwks": "both",
        "settings": { "issuer": ISSUER, "audience": AUDIENCE }, "token": token,
    })
}

/// Returns a vector of a token with this header.
pub fn header(keys: &Keys, name: &str, header: &str) -> Value {
    token(name, &keys.one.sign(header, &claims().to_string()))
}

/// Returns a vector of a token with replaced claims; `null` removes one.
pub fn changed(keys: &Keys, name: &str, changes: &Value) -> Value {
    payload(keys, name, &claims_with(changes).to_string())
}

/// Returns a vector of a token with this payload.
pub fn payload(keys: &Keys, name: &str, payload: &str) -> Value {
    token(name, &keys.one.sign(&access_header("one"), payload))
}

/// Returns a vector of a token with one member as written.
pub fn written(keys: &Keys, name: &str, member: &str, value: &str) -> Value {
    let text = claims_with(&json!({ member: "PLACEHOLDER" })).to_string();
    payload(keys, name, &text.replace("\"PLACEHOLDER\"", value))
}
