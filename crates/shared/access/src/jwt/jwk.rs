//! Public keys as JSON Web Keys (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Returns the thumbprint of a public key (RFC 7638 §3, SHA-256) in base64url. Returns `None` for a
/// key type that signs none of [`ALGS`](super::dpop::ALGS).
pub fn thumbprint(jwk: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    // RFC 7638 §3.2 and RFC 8037 §2, in alphabetical order.
    let names: &[&str] = match text("kty")? {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "RSA" => &["e", "kty", "n"],
        _ => return None,
    };
    let members: Option<Vec<_>> = names
        .iter()
        .map(|name| Some(format!("\"{name}\":{}", Value::from(text(name)?))))
        .collect();
    let json = format!("{{{}}}", members?.join(","));
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(json.as_bytes())))
}
