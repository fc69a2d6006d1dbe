//! Tests of `doorward admin open`.

use serde_json::Value;

use super::program::Place;

const PASSWORD: &str = "quiet harbour lantern 93";

fn create(place: &Place, name: &str, role: &str) {
    let email = format!("{name}@example.org");
    let args = [
        "user",
        "create",
        name,
        "--email",
        &email,
        "--role",
        role,
        "--password-file=-",
    ];
    place.run_typing(&args, PASSWORD).succeeded();
}

/// Returns the audit events with this change.
fn events(place: &Place, change: &str) -> Vec<Value> {
    let log = place.run(&["audit", "tail", "--limit", "1000", "--json"]);
    let log = log.succeeded().stdout;
    let events = log.lines().map(|line| serde_json::from_str(line).unwrap());
    events
        .filter(|event: &Value| event["detail"]["change"] == change)
        .collect()
}

#[test]
fn first_link_leads_to_setup() {
    let place = Place::configured();
    place
        .run(&["admin", "open", "--user", "root"])
        .failed(2, "leave out --user");
    let opened = place.run(&["admin", "open"]).succeeded();
    let url = opened.stdout.trim();
    let (page, token) = url.split_once("?token=").unwrap();
    assert_eq!(page, "http://localhost:8400/setup");
    assert_eq!(token.len(), 43);
    assert!(opened.stderr.contains("works once"), "{}", opened.stderr);
    let json = place.json(&["admin", "open", "--for", "1h", "--json"]);
    let next = json["url"].as_str().unwrap();
    assert!(next.starts_with(page) && next != url, "{json}");
    assert!(json["expires_at"].is_string(), "{json}");

    let created = events(&place, "setup link created");
    assert_eq!(created.len(), 2, "{created:?}");
    assert!(!format!("{created:?}").contains(token));
}

#[test]
fn later_link_signs_named_administrator_in() {
    let place = Place::configured();
    create(&place, "root", "admin");
    create(&place, "alice", "developer");
    place
        .run(&["admin", "open"])
        .failed(2, "name the account with --user");
    place
        .run(&["admin", "open", "--user", "nobody"])
        .failed(1, "there is no user");
    place
        .run(&["admin", "open", "--user", "alice"])
        .failed(1, "does not hold the role admin");
    let opened = place.run(&["admin", "open", "--user", "root"]).succeeded();
    let page = "http://localhost:8400/login/operator?token=";
    assert!(opened.stdout.starts_with(page), "{}", opened.stdout);
    assert!(opened.stderr.contains("root"), "{}", opened.stderr);
    assert_eq!(events(&place, "sign-in link created").len(), 1);
    create(&place, "second", "admin");
    place.run(&["user", "disable", "root"]).succeeded();
    place
        .run(&["admin", "open", "--user", "root"])
        .failed(1, "doorward user enable");
}

#[test]
fn lifetime_of_link_is_checked() {
    let place = Place::configured();
    for lifetime in ["", "0", "59s", "25h", "soon", "-1m"] {
        let option = format!("--for={lifetime}");
        place.run(&["admin", "open", &option]).failed(2, "--for");
    }
}

#[test]
fn backup_is_recorded() {
    let place = Place::configured();
    place.run(&["migrate", "up"]).succeeded();
    place.run(&["backup", "backup"]).succeeded();
    assert_eq!(events(&place, "backup written").len(), 1);
    place.run(&["backup", "backup"]).failed(5, "exists already");
    assert_eq!(events(&place, "backup written").len(), 1);
}
