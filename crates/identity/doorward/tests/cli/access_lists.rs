//! Tests of `doorward session`, `doorward api-key` and `doorward consent`.

use super::audit::tamper;
use super::program::Place;

const ID: &str = "018f0000-0000-7000-8000-000000000001";
const KEY: &str = "4fG7hJ9kLmNp";

/// Creates alice with a session, a key and a consent.
fn place() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let email = ["--email", "alice@example.org"];
    let user = [&["user", "create", "alice"], &email[..]].concat();
    place.run(&user).succeeded();
    let uri = ["--redirect-uri", "https://a.example/cb", "--id", "photos"];
    let client = [&["client", "create", "Photos"], &uri[..]].concat();
    place.run(&client).succeeded();
    let alice = place.json(&["user", "show", "alice", "--json"])["id"].clone();
    let alice = alice.as_str().unwrap().replace('-', "");
    let id = ID.replace('-', "");
    tamper(
        &place,
        &[
            &format!(
                "INSERT INTO sessions (id, token_hash, user_id, created_at, last_seen_at, \
                 idle_expires_at, expires_at, auth_time, acr, amr, remember, user_agent, ip) \
                 VALUES (X'{id}', randomblob(32), X'{alice}', 1800000000, 1800000000, 4000000000, \
                 4000000000, 1800000000, 'urn:example:pwd', '[]', 0, 'Browser', '192.0.2.1')"
            ),
            &format!(
                "INSERT INTO api_keys (id, hash, user_id, name, scopes, networks, created_at, \
                 expires_at) VALUES ('{KEY}', randomblob(32), X'{alice}', 'CI', 'tasks:read', '[]', \
                 1800000000, 4000000000)"
            ),
            &format!(
                "INSERT INTO consents (id, user_id, client_id, scope, resources, granted_at) VALUES \
                 (X'{id}', X'{alice}', 'photos', 'openid', '[]', 1800000000)"
            ),
        ],
    );
    place
}

#[test]
fn sessions_are_listed_and_ended() {
    let place = place();
    let found = place.json(&["session", "list", "--user", "alice", "--json"]);
    assert_eq!(found[0]["id"], ID, "{found}");
    let none = place.json(&["session", "list", "--client", "photos", "--json"]);
    assert_eq!(none.as_array().map(Vec::len), Some(0), "{none}");
    let shown = place.run(&["session", "list"]).succeeded().stdout;
    assert!(
        shown.contains("alice") && shown.contains("192.0.2.1"),
        "{shown}"
    );
    let ended = place.json(&["session", "end-all", "--client", "photos", "--json"]);
    assert_eq!(ended["ended"], 0, "{ended}");
    let ended = place.json(&["session", "end", ID, "--json"]);
    assert_eq!(ended["ended"], 1, "{ended}");
    place
        .run(&["session", "end", ID])
        .failed(1, "there is no session");
    let ended = place.json(&["session", "end-all", "--user", "alice", "--json"]);
    assert_eq!(ended["complete"], true, "{ended}");
    place.run(&["session", "end-all"]).failed(2, "--user");
}

#[test]
fn grants_are_ended_by_conditions() {
    let place = place();
    let none = "--all: name a user, a client or a time";
    place.run(&["grant", "end-all"]).failed(2, none);
    let both = ["grant", "end-all", "--all", "--user", "alice"];
    place.run(&both).failed(2, none);
    place
        .run(&["grant", "end-all", "--client", "other"])
        .failed(1, "other");
    for condition in [
        &["--all"][..],
        &["--user", "alice", "--client", "photos"],
        &["--issued-before", "2027-01-31"],
    ] {
        let command = [&["grant", "end-all", "--json"], condition].concat();
        let ended = place.json(&command);
        assert_eq!(ended["ended"], 0, "{ended}");
    }
}

#[test]
fn keys_are_listed_and_revoked() {
    let place = place();
    let found = place.json(&["api-key", "list", "--unused-since", "2099-01-01", "--json"]);
    assert_eq!(found[0]["id"], KEY, "{found}");
    let none = place.json(&[
        "api-key",
        "list",
        "--expires-before",
        "2030-01-01",
        "--json",
    ]);
    assert_eq!(none.as_array().map(Vec::len), Some(0), "{none}");
    let shown = place.run(&["api-key", "list"]).succeeded().stdout;
    assert!(shown.contains("alice") && shown.contains("CI"), "{shown}");
    let one = place.json(&["api-key", "show", KEY, "--json"]);
    assert_eq!(one["username"], "alice", "{one}");
    let revoked = place.json(&["api-key", "revoke", KEY, "--json"]);
    assert_eq!(revoked["deleted"], true, "{revoked}");
    place
        .run(&["api-key", "revoke", KEY])
        .failed(1, "there is no API key");
}

#[test]
fn consents_are_listed_and_withdrawn() {
    let place = place();
    let found = place.json(&["consent", "list", "photos", "--json"]);
    assert_eq!(found[0]["scope"], "openid", "{found}");
    let shown = place.run(&["consent", "list", "photos"]).succeeded().stdout;
    assert!(shown.contains("alice"), "{shown}");
    let withdraw = ["consent", "withdraw", "photos", "--user", "alice"];
    let withdrawn = place.json(&[&withdraw[..], &["--json"]].concat());
    assert_eq!(withdrawn["deleted"], true, "{withdrawn}");
    place
        .run(&withdraw)
        .failed(1, "there is no access of client");
}
