//! Tests that an administrator sees the location of a session like its user.

use doorward_testkit::{Backend, PASSWORD, Stack, flows, stack};
use serde_json::{Value, json};

use super::world::{World, ok};
use crate::support::{body, call};

/// The test database; `places.mmdb.txt` lists its content.
const GEOIP: &[(&str, &str)] = &[
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
    (
        "DOORWARD__GEOIP__DATABASE",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounts/places.mmdb"),
    ),
];
const MUNICH: &str = "198.51.100.9";

flows!(locations_are_absent_without_database);

/// Returns the locations of alice's sessions.
async fn places(stack: &Stack, lang: &str) -> Vec<Value> {
    let world = World::new(stack).await;
    let login = json!({ "username": "alice", "password": PASSWORD });
    let request = call(stack, "POST", "/api/auth/login").header("x-forwarded-for", MUNICH);
    body(&request.json(&login).send().await, 200);
    let path = format!("/api/admin/sessions?user={}", world.id("alice"));
    let fields = [("accept-language", lang)];
    let page = world.call_with("admin", "GET", &path, None, &fields).await;
    let shown = ok(&page, 200);
    let items = shown["items"].as_array().unwrap();
    items.iter().map(|item| item["place"].clone()).collect()
}

#[test]
fn place_of_session_is_reported_in_callers_language() {
    for (lang, values) in [
        ("en", "near Munich, Germany"),
        ("de", "nahe München, Deutschland"),
    ] {
        stack::run_with(Backend::SqliteMemory, GEOIP, async |stack: &Stack| {
            assert_eq!(places(stack, lang).await, [json!(values)]);
        });
    }
}

async fn locations_are_absent_without_database(stack: &Stack) {
    assert_eq!(places(stack, "en").await, [Value::Null]);
}
