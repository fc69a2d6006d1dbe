//! Vectors of the claims of tokens.

use serde_json::{Value, json};

use super::inputs::{changed, written};
use super::keys::Keys;
use crate::fixtures::{AUDIENCE, NOW};

const TEXTS: [&str; 11] = [
    "iss",
    "sub",
    "client_id",
    "jti",
    "aud",
    "scope",
    "acr",
    "sid",
    "org",
    "username",
    "email",
];
const TIMES: [&str; 4] = ["exp", "nbf", "iat", "auth_time"];
const LISTS: [&str; 6] = [
    "roles",
    "groups",
    "entitlements",
    "managed_groups",
    "amr",
    "overage",
];

/// Returns all vectors.
pub fn all(keys: &Keys) -> Vec<Value> {
    let mut all = recipients(keys);
    all.extend(times(keys));
    all.extend(types(keys));
    all.extend(members(keys));
    all.extend(callers(keys));
    all
}

fn each(keys: &Keys, changes: &[Value]) -> Vec<Value> {
    let vector = |change: &Value| {
        let text = change.to_string();
        let shown: String = text.chars().take(120).collect();
        changed(keys, &format!("claims {shown} ({})", text.len()), change)
    };
    changes.iter().map(vector).collect()
}

fn recipients(keys: &Keys) -> Vec<Value> {
    let changes = [
        json!({}),
        json!({ "aud": [AUDIENCE] }),
        json!({ "aud": ["https://other.example", AUDIENCE] }),
        json!({ "aud": [AUDIENCE, AUDIENCE] }),
        json!({ "aud": "https://other.example" }),
        json!({ "aud": "https://tasks.example" }),
        json!({ "aud": "https://tasks.example/api/" }),
        json!({ "aud": "https://TASKS.example/api" }),
        json!({ "aud": "https://tasks.example/api other" }),
        json!({ "aud": [] }),
        json!({ "aud": "" }),
        json!({ "aud": [AUDIENCE, 1] }),
        json!({ "aud": [[AUDIENCE]] }),
        json!({ "aud": { AUDIENCE: true } }),
        json!({ "aud": "tasks-web" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": "https://id.example/" }),
        json!({ "iss": "https://ID.example" }),
        json!({ "iss": "" }),
        json!({ "sub": "" }),
        json!({ "client_id": "" }),
        json!({ "jti": "" }),
        json!({ "iss": "https://evil.example", "aud": "https://other.example", "exp": 1 }),
        json!({ "aud": "https://other.example", "exp": 1 }),
    ];
    each(keys, &changes)
}

fn times(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for (leeway, limit) in [(0, 0), (30, 30), (60, 60), (3600, 60), (-5, 0)] {
        for offset in [-1, 0, 1] {
            for (claim, time) in [
                ("exp", NOW - limit + offset),
                ("nbf", NOW + limit + offset),
                ("iat", NOW + limit + offset),
            ] {
                let name = format!("leeway {leeway}, {claim} {:+}", time - NOW);
                let mut vector = changed(keys, &name, &json!({ claim: time }));
                vector["settings"]["leeway"] = json!(leeway);
                all.push(vector);
            }
        }
    }
    let changes = [
        json!({ "exp": i64::MAX }),
        json!({ "exp": i64::MIN }),
        json!({ "exp": 0 }),
        json!({ "exp": -1 }),
        json!({ "exp": u64::MAX }),
        json!({ "iat": i64::MAX }),
        json!({ "iat": i64::MIN }),
        json!({ "nbf": i64::MAX }),
        json!({ "nbf": i64::MIN }),
        json!({ "nbf": NOW - 10, "iat": NOW - 20 }),
        json!({ "auth_time": i64::MAX }),
        json!({ "auth_time": i64::MIN }),
    ];
    all.extend(each(keys, &changes));
    all
}

fn types(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for name in TIMES {
        for value in [
            "null",
            "\"x\"",
            "\"1900000000\"",
            "[]",
            "[1900000000]",
            "{}",
            "true",
            "false",
            "1900000000.5",
            "1900000000.0",
            "1e10",
            "19e8",
            "99999999999999999999",
            "9223372036854775808",
            "-0",
            "1e400",
        ] {
            all.push(written(keys, &format!("{name} is {value}"), name, value));
        }
    }
    for name in TEXTS {
        for value in ["null", "1", "true", "{}", "[1]", "[[\"a\"]]"] {
            all.push(written(keys, &format!("{name} is {value}"), name, value));
        }
    }
    for name in LISTS {
        for value in ["null", "\"a\"", "[1]", "{}", "[null]", "[]"] {
            all.push(written(keys, &format!("{name} is {value}"), name, value));
        }
    }
    for name in ["email_verified", "is_staff"] {
        for value in ["null", "\"true\"", "1", "false", "true"] {
            all.push(written(keys, &format!("{name} is {value}"), name, value));
        }
    }
    for name in [
        "iss",
        "sub",
        "aud",
        "client_id",
        "exp",
        "iat",
        "jti",
        "nbf",
        "scope",
        "auth_time",
    ] {
        all.push(changed(
            keys,
            &format!("without {name}"),
            &json!({ name: null }),
        ));
    }
    all
}

fn members(keys: &Keys) -> Vec<Value> {
    let changes = [
        json!({ "overage": ["roles"] }),
        json!({ "overage": ["groups"] }),
        json!({ "overage": ["entitlements", "roles"] }),
        json!({ "overage": ["something new"] }),
        json!({ "overage": ["entitlements"] }),
        json!({ "overage": ["entitlements", "managed_groups"] }),
        json!({ "act": ["mona"] }),
        json!({ "act": {} }),
        json!({ "act": { "sub": 1 } }),
        json!({ "act": { "sub": "b", "act": ["c"] } }),
        json!({ "act": { "sub": "b", "act": { "sub": "c", "act": null }, "iss": "x" } }),
        json!({ "may_act": { "sub": "b" } }),
        json!({ "may_act": "b" }),
        json!({ "may_act": ["b"] }),
        json!({ "cnf": {} }),
        json!({ "cnf": { "jkt": null } }),
        json!({ "cnf": { "jkt": 1 } }),
        json!({ "cnf": { "jkt": "thumbprint" } }),
        json!({ "cnf": { "x5t#S256": "thumbprint" } }),
        json!({ "cnf": { "x5t#S256": ["thumbprint"] } }),
        json!({ "cnf": { "jwk": {} } }),
        json!({ "cnf": ["thumbprint"] }),
        json!({ "cnf": "thumbprint" }),
        json!({ "authorization_details": [] }),
        json!({ "authorization_details": [{ "type": "payment", "actions": ["initiate"] }] }),
        json!({ "authorization_details": [{ "type": "" }] }),
        json!({ "authorization_details": [{}] }),
        json!({ "authorization_details": [1] }),
        json!({ "authorization_details": { "type": "payment" } }),
        json!({ "authorization_details": "payment" }),
        json!({ "scope": "" }),
        json!({ "scope": "  a   b a " }),
        json!({ "scope": "a\tb" }),
        json!({ "scope": "a\nb" }),
        json!({ "scope": "a\"b" }),
        json!({ "scope": "a\\b" }),
        json!({ "scope": "\u{e4}" }),
        json!({ "scope": "!#[]~" }),
        json!({ "scope": "a ".repeat(1024) }),
        json!({ "scope": format!("{}a", "a ".repeat(1024)) }),
        json!({ "unknown": { "a": [1] } }),
    ];
    let mut all = each(keys, &changes);
    all.push(written(
        keys,
        "authorization_details is null",
        "authorization_details",
        "null",
    ));
    for name in ["act", "may_act", "cnf"] {
        all.push(written(keys, &format!("{name} is null"), name, "null"));
    }
    all
}

/// Users and machines, with everything that a token says about them.
fn callers(keys: &Keys) -> Vec<Value> {
    let full = json!({
        "acr": "aal2", "amr": ["pwd", "otp"], "groups": ["/staff"], "org": "acme",
        "managed_groups": ["/staff/sales"], "email_verified": true, "username": "alice",
        "email": "alice@example.org", "is_staff": true, "roles": ["a", "b", "a"],
        "entitlements": ["z:z", "a:a", "\u{e4}:\u{1f600}", "a:a"], "sub": "\u{1f600}",
    });
    let changes = [
        full,
        json!({ "sub": "tasks-web", "auth_time": null, "amr": null, "sid": null }),
        json!({ "sub": "tasks-web", "email_verified": true }),
        json!({ "sub": "Tasks-Web" }),
        json!({ "email_verified": false }),
        json!({ "scope": null, "entitlements": null, "roles": null, "auth_time": null, "sid": null }),
    ];
    each(keys, &changes)
}
