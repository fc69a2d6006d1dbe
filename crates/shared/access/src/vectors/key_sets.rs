//! Vectors of key sets (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::Keys;

/// Returns all vectors.
pub fn all(keys: &Keys) -> Vec<Value> {
    let mut all: Vec<Value> = documents(keys)
        .into_iter()
        .map(|(name, document)| vector(name, &document))
        .collect();
    for changes in changes(keys) {
        let mut jwk = keys.one.public.clone();
        for (name, value) in changes.as_object().unwrap() {
            if value == "absent" {
                jwk.as_object_mut().unwrap().remove(name);
            } else {
                jwk[name] = value.clone();
            }
        }
        let text = changes.to_string();
        let shown: String = text.chars().take(60).collect();
        let document = json!({ "keys": [jwk, keys.two.public] }).to_string();
        all.push(vector(
            &format!("key with {shown} ({})", text.len()),
            &document,
        ));
    }
    all
}

fn vector(name: &str, document: &str) -> Value {
    json!({ "kind": "jwks", "name": format!("jwks: {name}"), "document": document })
}

fn documents(keys: &Keys) -> Vec<(&'static str, String)> {
    let (one, two) = (&keys.one.public, &keys.two.public);
    let set = |keys: Value| json!({ "keys": keys }).to_string();
    vec![
        ("both keys", set(json!([one, two]))),
        ("no key", set(json!([]))),
        ("empty text", String::new()),
        ("list", "[]".to_owned()),
        ("no member", "{}".to_owned()),
        ("object", r#"{"keys":{}}"#.to_owned()),
        ("number", r#"{"keys":[1]}"#.to_owned()),
        ("member twice", r#"{"keys":[],"keys":[]}"#.to_owned()),
        ("page", "<html>".to_owned()),
        ("key twice", set(json!([one, one]))),
        (
            "key ID twice",
            set(json!([one, { "kid": "one", "kty": "EC" }])),
        ),
        ("32 keys", set(json!(vec![json!({ "kty": "EC" }); 32]))),
        ("33 keys", set(json!(vec![json!({ "kty": "EC" }); 33]))),
        (
            "keys of other types",
            set(json!([keys.ec.public, keys.ed.public, two])),
        ),
        (
            "another member",
            json!({ "keys": [one], "x": 1 }).to_string(),
        ),
    ]
}

fn changes(keys: &Keys) -> Vec<Value> {
    let mut all = vec![
        json!({ "kty": "oct", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "oct" }),
        json!({ "kty": "EC", "crv": "P-256" }),
        json!({ "kty": "OKP" }),
        json!({ "kty": null }),
        json!({ "kty": "absent" }),
        json!({ "kty": "rsa" }),
        json!({ "alg": "RS512" }),
        json!({ "alg": "PS256" }),
        json!({ "alg": "RSA-OAEP" }),
        json!({ "alg": "none" }),
        json!({ "alg": "absent" }),
        json!({ "alg": 1 }),
        json!({ "use": "enc" }),
        json!({ "use": "absent" }),
        json!({ "key_ops": ["encrypt"] }),
        json!({ "key_ops": ["verify"] }),
        json!({ "key_ops": [] }),
        json!({ "key_ops": "verify" }),
        json!({ "key_ops": [1, "verify"] }),
        json!({ "kid": "absent" }),
        json!({ "kid": null }),
        json!({ "kid": 1 }),
        json!({ "kid": "" }),
        json!({ "n": "absent" }),
        json!({ "n": "" }),
        json!({ "n": 1 }),
        json!({ "n": "ab+/" }),
        json!({ "n": format!("{}=", keys.one.public["n"].as_str().unwrap()) }),
        json!({ "e": "AQAB" }),
        json!({ "e": "AAEAAQ" }),
        json!({ "e": "_____w" }),
        json!({ "e": "AQ" }),
        json!({ "e": "Aw" }),
        json!({ "e": "AQAC" }),
        json!({ "e": "AQAA" }),
        json!({ "e": "" }),
        json!({ "e": "absent" }),
        json!({ "e": "AQAAAAE" }),
        json!({ "e": "AAABAAE" }),
        json!({ "e": "AQAAAAAAAAAAAAAB" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "x5u": 1 }),
    ];
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        all.push(json!({ name: "AQAB" }));
    }
    for bits in [1024, 2047, 2048, 3072, 4096, 4097, 8192] {
        all.push(json!({ "n": modulus(bits, bits.div_ceil(8)) }));
    }
    all.push(json!({ "n": modulus(1024, 256) }));
    all.push(json!({ "n": modulus(2048, 300) }));
    all
}

/// Encodes an odd number of this many bits in this many bytes.
fn modulus(bits: usize, size: usize) -> String {
    let mut bytes = vec![0xa5; bits.div_ceil(8)];
    bytes[0] = 1 << ((bits - 1) % 8);
    let mut padded = vec![0; size - bytes.len()];
    padded.extend(bytes);
    URL_SAFE_NO_PAD.encode(padded)
}
