//! Vectors of sender constraints of requests (RFC 9449 §7, RFC 8705 §3).

use serde_json::{Value, json};

use super::keys::{Holder, Keys};
use super::routes::{PATH, authorized, get, vector};
use crate::fixtures::{NOW, claims_with};
use crate::guard::CallerCertificate;
use crate::jwt::dpop::token_hash;

const DER: &str = "client certificate";

/// Returns all vectors.
pub fn all(keys: &Keys) -> Vec<Value> {
    let mut all = senders(keys);
    all.extend(proofs(keys));
    all.extend(claims(keys));
    all
}

/// Schemes and certificates with each kind of binding.
fn senders(keys: &Keys) -> Vec<Value> {
    let certificate = CallerCertificate::from_der(DER.as_bytes());
    let own = certificate.thumbprint();
    let jkt = keys.ed.jkt();
    let mut all = Vec::new();
    for cnf in [
        json!(null),
        json!({}),
        json!({ "x": "y" }),
        json!({ "jkt": jkt }),
        json!({ "jkt": "another" }),
        json!({ "jkt": jkt, "x": "y" }),
        json!({ "x5t#S256": own }),
        json!({ "x5t#S256": "another" }),
        json!({ "x5t#S256": own, "jkt": jkt }),
        json!({ "x5t#S256": "another", "jkt": jkt }),
    ] {
        let token = keys.one.access_token(&claims_with(&json!({ "cnf": cnf })));
        let proof = prove(&keys.ed, &token, &json!({}));
        for scheme in ["Bearer", "DPoP"] {
            for is_shown in [false, true] {
                let mut request = sent(&format!("{scheme} {token}"), &proof);
                if is_shown {
                    request["certificate"] = json!(own);
                    request["certificate_der"] = json!(DER);
                }
                let shown = if is_shown { " with a certificate" } else { "" };
                all.push(vector(
                    &format!("{scheme} for {cnf}{shown}"),
                    "open",
                    &[request],
                ));
            }
        }
    }
    all
}

/// Signs a proof for a request to [`PATH`]; `null` removes a claim.
fn prove(holder: &Holder, token: &str, changes: &Value) -> String {
    let mut claims = json!({
        "jti": "one", "htm": "GET", "htu": format!("https://tasks.example{PATH}"), "iat": NOW,
        "ath": token_hash(token),
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    let alg = if holder.public["kty"] == "EC" {
        "ES256"
    } else {
        "EdDSA"
    };
    let header = json!({ "typ": "dpop+jwt", "alg": alg, "jwk": holder.public });
    holder.sign(alg, &header.to_string(), &claims.to_string())
}

fn bound(keys: &Keys, more: &Value) -> String {
    let mut changes = json!({ "cnf": { "jkt": keys.ed.jkt() } });
    let members = changes.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    keys.one.access_token(&claims_with(&changes))
}

fn sent(authorization: &str, proof: &str) -> Value {
    get(&[("authorization", authorization), ("dpop", proof)])
}

fn proved(token: &str, proof: &str) -> Value {
    sent(&format!("DPoP {token}"), proof)
}

fn proofs(keys: &Keys) -> Vec<Value> {
    let token: &str = &bound(keys, &json!({}));
    let field: &str = &format!("DPoP {token}");
    let proof: &str = &prove(&keys.ed, token, &json!({}));
    let later = proved(token, &prove(&keys.ed, token, &json!({ "iat": NOW + 1 })));
    let other: &str = &prove(&keys.ed, token, &json!({ "jti": "two" }));
    let stranger = proved(token, &prove(&keys.ec, token, &json!({})));
    let both = get(&[("authorization", field), ("dpop", proof), ("dpop", other)]);
    let good = proved(token, proof);
    let second = proved(token, other);
    let changed = |member: &str, value: &str| {
        let mut request = good.clone();
        request[member] = json!(value);
        request
    };
    let posted = changed("method", "POST");
    let mut all: Vec<Value> = [
        ("proof", vec![good.clone()]),
        ("proof used twice", vec![good.clone(), good.clone()]),
        ("proof with another time", vec![good.clone(), later]),
        ("second proof", vec![good.clone(), second]),
        ("failed proof, then a good one", vec![posted, good.clone()]),
        ("proof of another key", vec![stranger]),
        ("no proof", vec![authorized(field)]),
        ("two proofs", vec![both]),
        ("unreadable proof", vec![proved(token, "\u{e4}")]),
        ("empty proof", vec![proved(token, "")]),
        (
            "proof for another path",
            vec![changed("path", "/api/other/")],
        ),
        (
            "proof for an escaped path",
            vec![changed("path", "/api/%74asks/")],
        ),
    ]
    .into_iter()
    .map(|(name, requests)| vector(name, "open", &requests))
    .collect();
    let mut away = vector(
        "replay store unavailable",
        "open",
        std::slice::from_ref(&good),
    );
    away["settings"]["replay_store"] = json!("unavailable");
    all.push(away);
    all.extend(origins(keys, &good));
    let mut only = vector("proof where it is required", "open", &[good]);
    only["settings"]["require_dpop"] = json!(true);
    all.push(only);
    all
}

/// Proofs with changed claims, and callers that lack something else.
fn claims(keys: &Keys) -> Vec<Value> {
    let token: &str = &bound(keys, &json!({}));
    let mut all = Vec::new();
    for changes in [
        json!({ "ath": null }),
        json!({ "ath": token_hash("other") }),
        json!({ "htu": "https://evil.example/api/tasks/" }),
        json!({ "htu": "http://tasks.example/api/tasks/" }),
        json!({ "htu": "https://tasks.example/api/tasks/?a=b#c" }),
        json!({ "iat": NOW - 61 }),
        json!({ "iat": NOW + 61 }),
        json!({ "iat": NOW - 60 }),
        json!({ "jti": null }),
        json!({ "nonce": "abc" }),
    ] {
        let request = proved(token, &prove(&keys.ed, token, &changes));
        all.push(vector(&format!("proof with {changes}"), "open", &[request]));
    }
    for (name, route, more) in [
        ("no scope", "open", json!({ "scope": "openid" })),
        ("no permission", "open", json!({ "entitlements": [] })),
        ("weak sign-in", "strong", json!({ "acr": "aal1" })),
    ] {
        let token: &str = &bound(keys, &more);
        let request = proved(token, &prove(&keys.ed, token, &json!({})));
        all.push(vector(&format!("proof, {name}"), route, &[request]));
    }
    all
}

/// The origin that proofs must name.
fn origins(keys: &Keys, good: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for origin in [
        "https://tasks.example/",
        "https://TASKS.example:443",
        "https://tasks.example/ignored/path",
        "https://other.example",
        "http://tasks.example",
    ] {
        let mut vector = vector(
            &format!("origin {origin}"),
            "open",
            std::slice::from_ref(good),
        );
        vector["settings"]["origin"] = json!(origin);
        all.push(vector);
    }
    let token = bound(keys, &json!({ "aud": "urn:tasks" }));
    let request = proved(&token, &prove(&keys.ed, &token, &json!({})));
    let mut unknown = vector("origin unknown", "open", &[request]);
    unknown["settings"]["audience"] = json!("urn:tasks");
    all.push(unknown.clone());
    unknown["name"] = json!("request: origin of an audience that is no URL");
    unknown["settings"]["origin"] = json!("https://tasks.example");
    all.push(unknown);
    all
}
