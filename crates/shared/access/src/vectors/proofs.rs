//! Vectors of DPoP proofs (RFC 9449 §4.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::{Holder, Keys};
use crate::fixtures::NOW;
use crate::jwt::dpop::{MAX_PROOF_BYTES, token_hash};

const URI: &str = "https://server.example.com/token";

/// Returns all vectors.
pub fn all(keys: &Keys) -> Vec<Value> {
    let mut all = algorithms(keys);
    all.extend(headers(keys));
    all.extend(claims(keys));
    all.extend(targets(keys));
    all.extend(hashes(keys));
    all.extend(shapes(keys));
    all
}

/// Returns a vector of a proof beside no token.
fn vector(name: &str, proof: &str) -> Value {
    json!({
        "kind": "proof", "name": format!("proof: {name}"), "now": NOW, "method": "POST",
        "uri": URI, "access_token": null, "proof": proof,
    })
}

fn header_of(alg: &str, holder: &Holder) -> Value {
    json!({ "typ": "dpop+jwt", "alg": alg, "jwk": holder.public })
}

fn good() -> Value {
    json!({ "jti": "one", "htm": "POST", "htu": URI, "iat": NOW })
}

/// Replaces members; `null` removes one.
fn with(object: &Value, changes: &Value) -> Value {
    let mut object = object.clone();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            object.as_object_mut().unwrap().remove(name);
        } else {
            object[name] = value.clone();
        }
    }
    object
}

fn claim(keys: &Keys, name: &str, changes: &Value) -> Value {
    let (header, claims) = (header_of("EdDSA", &keys.ed), with(&good(), changes));
    let proof = keys
        .ed
        .sign("EdDSA", &header.to_string(), &claims.to_string());
    vector(name, &proof)
}

fn algorithms(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for (alg, holder) in [
        ("ES256", &keys.ec),
        ("PS256", &keys.rsa),
        ("EdDSA", &keys.ed),
        ("RS256", &keys.rsa),
    ] {
        let proof = holder.sign(
            alg,
            &header_of(alg, holder).to_string(),
            &good().to_string(),
        );
        all.push(vector(&format!("algorithm {alg}"), &proof));
        let (signed, signature) = proof.rsplit_once('.').unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        for (name, forged) in [
            ("zeros", vec![0; bytes.len()]),
            ("shorter", bytes[1..].to_vec()),
            ("longer", [bytes.clone(), vec![0]].concat()),
            (
                "half zero",
                [vec![0; bytes.len() / 2], bytes[bytes.len() / 2..].to_vec()].concat(),
            ),
            ("flipped", {
                bytes[0] ^= 1;
                bytes.clone()
            }),
        ] {
            let proof = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(forged));
            all.push(vector(
                &format!("algorithm {alg}, signature {name}"),
                &proof,
            ));
        }
        for other in ["ES256", "PS256", "EdDSA", "RS256", "ES384", "HS256", "none"] {
            if other != alg {
                let header = header_of(other, holder).to_string();
                let proof = holder.sign(alg, &header, &good().to_string());
                all.push(vector(&format!("algorithm {alg} named {other}"), &proof));
            }
        }
    }
    let header = header_of("RS256", &keys.rsa).to_string();
    let proof = keys.rsa.sign("PS256", &header, &good().to_string());
    all.push(vector("PSS signature named RS256", &proof));
    let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": keys.ed.public }).to_string();
    let stranger = keys.ec.sign("ES256", &header, &good().to_string());
    all.push(vector("key of another sender", &stranger));
    all
}

fn headers(keys: &Keys) -> Vec<Value> {
    let base = header_of("EdDSA", &keys.ed);
    let jwk = |changes: Value| json!({ "jwk": with(&keys.ed.public, &changes) });
    [
        json!({ "typ": null }),
        json!({ "typ": "JWT" }),
        json!({ "typ": "at+jwt" }),
        json!({ "typ": 1 }),
        json!({ "typ": "application/dpop+jwt" }),
        json!({ "typ": "DPoP+JWT" }),
        json!({ "typ": "" }),
        json!({ "alg": null }),
        json!({ "alg": 1 }),
        json!({ "alg": "eddsa" }),
        json!({ "alg": "Ed25519" }),
        json!({ "jwk": null }),
        json!({ "jwk": "text" }),
        json!({ "jwk": [] }),
        json!({ "jwk": {} }),
        json!({ "jwk": { "kty": "oct", "k": "c2VjcmV0" } }),
        json!({ "jwk": keys.ed.private() }),
        json!({ "jwk": keys.ec.public }),
        json!({ "jku": "https://evil.example/keys" }),
        json!({ "x5c": ["MII"] }),
        json!({ "x5u": "https://evil.example/key" }),
        json!({ "crit": ["exp"] }),
        json!({ "b64": false }),
        json!({ "kid": "one" }),
        jwk(json!({ "use": "enc" })),
        jwk(json!({ "use": "sig" })),
        jwk(json!({ "alg": "ES256" })),
        jwk(json!({ "alg": "EdDSA" })),
        jwk(json!({ "kid": 1 })),
        jwk(json!({ "kid": "k" })),
        jwk(json!({ "crv": "Ed448" })),
        jwk(json!({ "crv": "X25519" })),
        jwk(json!({ "crv": null })),
        jwk(json!({ "kty": "EC" })),
        jwk(json!({ "x": "AA" })),
        jwk(json!({ "x": null })),
        jwk(json!({ "key_ops": ["sign"] })),
        jwk(json!({ "key_ops": ["verify"] })),
    ]
    .iter()
    .map(|changes| {
        let header = with(&base, changes).to_string();
        let shown: String = changes.to_string().chars().take(40).collect();
        let proof = keys.ed.sign("EdDSA", &header, &good().to_string());
        vector(
            &format!("header {shown} ({})", changes.to_string().len()),
            &proof,
        )
    })
    .enumerate()
    .map(|(at, mut vector)| {
        vector["name"] = json!(format!("{} #{at}", vector["name"].as_str().unwrap()));
        vector
    })
    .collect()
}

fn claims(keys: &Keys) -> Vec<Value> {
    let mut all: Vec<Value> = [
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": 7 }),
        json!({ "jti": "a".repeat(512) }),
        json!({ "jti": "a".repeat(513) }),
        json!({ "jti": "\u{e4}".repeat(256) }),
        json!({ "jti": "\u{e4}".repeat(257) }),
        json!({ "htm": null }),
        json!({ "htm": 1 }),
        json!({ "htm": "GET" }),
        json!({ "htm": "post" }),
        json!({ "htu": null }),
        json!({ "htu": [URI] }),
        json!({ "iat": null }),
        json!({ "iat": "1800000000" }),
        json!({ "iat": 1_800_000_000.5 }),
        json!({ "iat": NOW - 61 }),
        json!({ "iat": NOW - 60 }),
        json!({ "iat": NOW + 60 }),
        json!({ "iat": NOW + 61 }),
        json!({ "iat": i64::MIN }),
        json!({ "iat": i64::MAX }),
        json!({ "iat": u64::MAX }),
        json!({ "nonce": 1 }),
        json!({ "nonce": "" }),
        json!({ "nonce": "abc" }),
        json!({ "nonce": "a".repeat(513) }),
        json!({ "ath": 1 }),
        json!({ "exp": 1 }),
        json!({ "htm": "GET", "htu": "https://other.example", "iat": 1 }),
    ]
    .iter()
    .map(|changes| {
        let text = changes.to_string();
        let shown: String = text.chars().take(50).collect();
        claim(keys, &format!("claims {shown} ({})", text.len()), changes)
    })
    .collect();
    let header = header_of("EdDSA", &keys.ed).to_string();
    let twice = good()
        .to_string()
        .replace("\"jti\"", "\"jti\":\"two\",\"jti\"");
    all.push(vector(
        "claim twice",
        &keys.ed.sign("EdDSA", &header, &twice),
    ));
    let null = good()
        .to_string()
        .replace("\"one\"", "\"one\",\"nonce\":null");
    all.push(vector(
        "nonce is null",
        &keys.ed.sign("EdDSA", &header, &null),
    ));
    all.push(vector(
        "list of claims",
        &keys.ed.sign("EdDSA", &header, "[]"),
    ));
    all
}

/// Values of `htu` for a request to [`URI`].
const HTUS: &[&str] = &[
    URI,
    "https://server.example.com/token?a=b",
    "https://server.example.com/token#part",
    "HTTPS://Server.EXAMPLE.com/token",
    "https://server.example.com:443/token",
    "https://server.example.com:0443/token",
    "https://server.example.com:/token",
    "https:///server.example.com/token",
    "https:server.example.com/token",
    "https://server.example.com/a/../token",
    "https://server.example.com/a/%2e%2E/token",
    "https://server.example.com/./token",
    "https://server.example.com/%2E/token",
    "https://server.example.com/../../token",
    "https://server.example.com/token/.",
    "https://server.example.com/token/..",
    "https://server.example.com/%74oken",
    "https://server.example.com/%74ok%65n",
    "https://server%2eexample.com/token",
    "https://server.example.com./token",
    "https://server.example.com/Token",
    "https://server.example.com/token/",
    "https://server.example.com/token%2F",
    "https://server.example.com//token",
    "https://server.example.com/token;a",
    "http://server.example.com/token",
    "https://server.example.com:8443/token",
    "https://server.example.com:65536/token",
    "https://server.example.com:x/token",
    "https://other.example.com/token",
    "https://server.example.com.evil.example/token",
    "https://evil.example/https://server.example.com/token",
    "https://server.example.com/",
    "https://server.example.com",
    "/token",
    "server.example.com/token",
    "https://user@server.example.com/token",
    "https://user:password@server.example.com/token",
    "https://evil.example@server.example.com/token",
    "https://server.example.com@evil.example/token",
    " https://server.example.com/token",
    "https://server.example.com/token ",
    "https://server.example.com\\token",
    "https://server.exa\tmple.com/token",
    "https://server.\u{e4}xample.com/token",
    "ftp://server.example.com/token",
    "wss://server.example.com/token",
    "https://",
    "",
];

/// Addresses of requests with a value of `htu`.
const PAIRS: &[(&str, &str)] = &[
    ("https://a.example/%c3%a4", "https://a.example/%C3%A4"),
    ("https://a.example/%7e%2D%2f", "https://a.example/~-%2F"),
    ("https://a.example/%2f", "https://a.example//"),
    ("https://a.example/%", "https://a.example/%"),
    ("https://a.example/%4", "https://a.example/%4"),
    ("https://a.example/%zz%41", "https://a.example/%zzA"),
    ("https://a.example/{a}", "https://a.example/%7Ba%7d"),
    ("https://a.example/a|b", "https://a.example/a%7Cb"),
    ("https://a.example/a'b", "https://a.example/a%27b"),
    ("https://a.example/a^b", "https://a.example/a^b"),
    ("https://a.example/\"<>`", "https://a.example/%22%3C%3E%60"),
    ("http://a.example:80/", "http://a.example"),
    ("http://a.example:443/", "http://a.example/"),
    ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
    ("http://[::1]:8080/a", "http://[0:0::1]:8080/a"),
    ("http://[::1]/a", "http://[::2]/a"),
    ("http://[::1/a", "http://[::1/a"),
    ("https://a_b.example/", "https://A_b.example/"),
    ("https://a.example:8443/", "https://a.example:08443/"),
];

fn targets(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for htu in HTUS {
        all.push(claim(keys, &format!("htu {htu:?}"), &json!({ "htu": htu })));
    }
    for (uri, htu) in PAIRS {
        let name = format!("htu {htu:?} at {uri:?}");
        let mut vector = claim(keys, &name, &json!({ "htu": htu }));
        vector["uri"] = json!(uri);
        all.push(vector);
    }
    all
}

fn hashes(keys: &Keys) -> Vec<Value> {
    let hash = token_hash("token");
    [
        ("missing", json!({})),
        ("right", json!({ "ath": hash })),
        ("of another token", json!({ "ath": token_hash("other") })),
        ("padded", json!({ "ath": format!("{hash}=") })),
        ("empty", json!({ "ath": "" })),
        ("number", json!({ "ath": 1 })),
        ("list", json!({ "ath": [hash] })),
        ("token itself", json!({ "ath": "token" })),
    ]
    .into_iter()
    .map(|(name, changes)| {
        let mut vector = claim(keys, &format!("hash {name}"), &changes);
        vector["access_token"] = json!("token");
        vector
    })
    .collect()
}

fn shapes(keys: &Keys) -> Vec<Value> {
    let good = keys.ed.sign(
        "EdDSA",
        &header_of("EdDSA", &keys.ed).to_string(),
        &good().to_string(),
    );
    let mut all: Vec<Value> = [
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "..",
        "e30.e30.e30",
        "e30.e30.e30, e30.e30.e30",
    ]
    .into_iter()
    .map(|text| vector(&format!("text {text:?}"), text))
    .collect();
    all.push(vector("trailing space", &format!("{good} ")));
    all.push(vector("two in one", &format!("{good},{good}")));
    all.push(vector("padding", &format!("{good}=")));
    let (signed, _) = good.rsplit_once('.').unwrap();
    all.push(vector("no signature", &format!("{signed}.")));
    let long = "a".repeat(MAX_PROOF_BYTES);
    all.push(claim(keys, "too long", &json!({ "more": long })));
    all
}
