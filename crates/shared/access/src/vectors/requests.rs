//! Vectors of requests: credentials, permissions and sign-in requirements.

use serde_json::{Value, json};

use super::keys::Keys;
use super::routes::{authorized, get, vector, with_token};
use crate::fixtures::{NOW, claims};

/// Returns all vectors.
pub fn all(keys: &Keys) -> Vec<Value> {
    let mut all = credentials(keys);
    all.extend(tokens(keys));
    all.extend(settings(keys));
    all.extend(permissions(keys));
    all.extend(sign_ins(keys));
    all
}

/// Values of `Authorization` without a valid token.
const VALUES: [&str; 23] = [
    "",
    "Basic YTpi",
    "abc",
    "Bearer",
    "Bearer ",
    "bearer",
    "Bearer =",
    "Bearer a b",
    "Bearer a,b",
    "Bearer \u{e4}",
    "Basic \u{e4}",
    "Bearer\tabc",
    "DPoP",
    "DPoP a b",
    "dpop =a",
    "Bearer abc",
    "Bearer abc==",
    "Bearer a.b.c",
    "BEARER abc",
    "Digest a=\"b\", c=\"d\"",
    "Negotiate",
    "Bearer,",
    "Bearer:abc",
];

fn credentials(keys: &Keys) -> Vec<Value> {
    let token: &str = &keys.one.access_token(&claims());
    let bearer: &str = &format!("Bearer {token}");
    let long: &str = &format!("Bearer {}", "a".repeat(16 * 1024 + 1));
    let mut all = Vec::new();
    for value in VALUES.into_iter().chain([token]) {
        let shown: String = value.chars().take(30).collect();
        let name = format!("Authorization: {shown:?}");
        all.push(vector(&name, "open", &[authorized(value)]));
    }
    let (key, basic) = (("x-api-key", "abc"), ("authorization", "Basic YTpi"));
    let own = ("authorization", bearer);
    let cases: [(&str, &[(&str, &str)]); 11] = [
        ("no header", &[]),
        ("token", &[own]),
        ("two tokens", &[own, own]),
        ("token and Basic", &[own, basic]),
        ("token and key", &[own, key]),
        ("Basic and key", &[basic, key]),
        ("key", &[key]),
        ("two keys", &[key, key]),
        ("long token", &[("authorization", long)]),
        ("proof without token", &[("dpop", "a.b.c")]),
        ("proof beside a bearer token", &[own, ("dpop", "a.b.c")]),
    ];
    for (name, headers) in cases {
        all.push(vector(name, "open", &[get(headers)]));
    }
    for scheme in ["bearer", "BEARER", "Bearer ", "bEaReR  "] {
        let request = authorized(&format!("{scheme} {token} "));
        all.push(vector(&format!("scheme {scheme:?}"), "open", &[request]));
    }
    for path in ["/api/tasks/?access_token=x", "/a%20b?c#d"] {
        let mut request = get(&[]);
        request["path"] = json!(path.split(['?', '#']).next().unwrap());
        all.push(vector(&format!("no token at {path}"), "open", &[request]));
    }
    all
}

/// Tokens that are rejected, and an issuer that does not respond.
fn tokens(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for (name, changes) in [
        ("expired token", json!({ "exp": 1 })),
        ("other audience", json!({ "aud": "x" })),
        ("other issuer", json!({ "iss": "x" })),
        ("token of a machine", json!({ "sub": "tasks-web" })),
    ] {
        all.push(with_token(keys, name, "open", &changes));
    }
    let other = keys.two.access_token(&claims());
    let request = authorized(&format!("Bearer {other}"));
    all.push(vector("token of an unknown key", "open", &[request]));
    let good = with_token(keys, "issuer unavailable", "open", &json!({}));
    let none = vector("issuer unavailable, no token", "open", &[get(&[])]);
    for mut away in [good, none] {
        away["jwks"] = Value::Null;
        all.push(away);
    }
    all
}

/// Settings that appear in challenges.
fn settings(keys: &Keys) -> Vec<Value> {
    let metadata = "https://tasks.example/.well-known/oauth-protected-resource";
    let settings = [
        json!({ "realm": "tasks" }),
        json!({ "realm": "" }),
        json!({ "realm": "a \"b\" \\ \u{e4}\n" }),
        json!({ "resource_metadata": metadata }),
        json!({ "realm": "tasks", "resource_metadata": metadata }),
        json!({ "require_dpop": true }),
        json!({ "require_dpop": true, "resource_metadata": metadata }),
    ];
    let mut all = Vec::new();
    for more in settings {
        let shown = more.to_string();
        for (name, mut vector) in [
            ("no token", vector("", "open", &[get(&[])])),
            ("valid", with_token(keys, "", "open", &json!({}))),
            (
                "expired",
                with_token(keys, "", "open", &json!({ "exp": 1 })),
            ),
            (
                "no scope",
                with_token(keys, "", "open", &json!({ "scope": "openid" })),
            ),
            (
                "weak",
                with_token(keys, "", "strong", &json!({ "acr": "aal1" })),
            ),
        ] {
            vector["name"] = json!(format!("request: {name} with {shown}"));
            let members = vector["settings"].as_object_mut().unwrap();
            members.extend(more.as_object().unwrap().clone());
            all.push(vector);
        }
    }
    all
}

fn permissions(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for (name, changes) in [
        ("both", json!({})),
        ("no scope", json!({ "scope": "openid" })),
        ("no scope at all", json!({ "scope": null })),
        ("no permission", json!({ "entitlements": ["tasks:write"] })),
        ("no permission at all", json!({ "entitlements": null })),
        ("neither", json!({ "scope": "openid", "entitlements": [] })),
        (
            "role only",
            json!({ "entitlements": [], "roles": ["tasks:read"] }),
        ),
        (
            "prefix",
            json!({ "entitlements": ["tasks:read_all"], "scope": "tasks:rea" }),
        ),
        ("other case", json!({ "entitlements": ["Tasks:Read"] })),
        ("verified", json!({ "email_verified": true })),
        ("unverified", json!({ "email_verified": false })),
        (
            "verified machine",
            json!({ "sub": "tasks-web", "email_verified": true }),
        ),
        (
            "unverified without permission",
            json!({ "entitlements": [] }),
        ),
        (
            "covered",
            json!({ "entitlements": ["tasks:read_all"], "auth_time": NOW }),
        ),
        (
            "own scope",
            json!({ "entitlements": ["tasks:read_all"], "scope": "tasks:read_all", "auth_time": NOW }),
        ),
    ] {
        for route in ["open", "verified", "recent"] {
            all.push(with_token(
                keys,
                &format!("{name} at {route}"),
                route,
                &changes,
            ));
        }
    }
    all
}

fn sign_ins(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for changes in [
        json!({ "acr": "aal2", "auth_time": NOW - 300 }),
        json!({ "acr": "aal3", "auth_time": NOW - 300 }),
        json!({ "acr": "aal2", "auth_time": NOW - 301 }),
        json!({ "acr": "aal2", "auth_time": NOW }),
        json!({ "acr": "aal2", "auth_time": NOW + 1 }),
        json!({ "acr": "aal2", "auth_time": NOW + 100_000 }),
        json!({ "acr": "aal2", "auth_time": i64::MIN }),
        json!({ "acr": "aal2", "auth_time": i64::MAX }),
        json!({ "acr": "aal2", "auth_time": null }),
        json!({ "acr": "aal1", "auth_time": NOW }),
        json!({ "acr": "AAL2", "auth_time": NOW }),
        json!({ "acr": "aal2 aal3", "auth_time": NOW }),
        json!({ "acr": "", "auth_time": NOW }),
        json!({ "auth_time": NOW }),
        json!({ "auth_time": null }),
        json!({ "acr": "aal1", "entitlements": [] }),
        json!({ "sub": "tasks-web", "auth_time": null }),
    ] {
        for route in ["pay", "strong", "recent"] {
            let mut changes = changes.clone();
            if route == "recent" && changes.get("entitlements").is_none() {
                changes["entitlements"] = json!(["tasks:read_all"]);
            }
            all.push(with_token(
                keys,
                &format!("sign-in {changes} at {route}"),
                route,
                &changes,
            ));
        }
    }
    all
}
