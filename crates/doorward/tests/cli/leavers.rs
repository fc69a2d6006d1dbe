//! Tests of commands that change a user, and of what a user leaves behind.

use serde_json::{Value, json};

use super::program::Place;

fn place(users: &[&str]) -> Place {
    let place = Place::configured();
    for name in users {
        let email = format!("{name}@example.org");
        place
            .run(&["user", "create", "--email", &email, name])
            .succeeded();
    }
    place
}

/// Runs a command whose words have no spaces.
fn run(place: &Place, command: &str) -> Value {
    let words: Vec<_> = command.split(' ').chain(["--json"]).collect();
    place.json(&words)
}

/// Returns the audit events with this change; those of one second have no order.
fn events(place: &Place, change: &str) -> Vec<Value> {
    let log = place.run(&["audit", "tail", "--limit", "1000", "--json"]);
    let lines = log.succeeded().stdout;
    let all = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    all.filter(|event: &Value| event["detail"]["change"] == change)
        .collect()
}

#[test]
fn user_is_updated() {
    let place = place(&["alice", "bob"]);
    place
        .run(&["user", "update", "alice"])
        .failed(2, "nothing to change");
    place
        .run(&["user", "update", "alice", "--no-notify"])
        .failed(2, "nothing to change");
    let command = "user update alice --email al@new.example --given-name Al --family-name Ice \
                   --locale de --time-zone Europe/Berlin --staff --reason Moved";
    let changed = run(&place, command);
    let names = [
        "email",
        "email_verified",
        "name",
        "given_name",
        "locale",
        "zoneinfo",
        "is_staff",
        "notified",
    ];
    let expected = json!([
        "al@new.example",
        false,
        "Al Ice",
        "Al",
        "de",
        "Europe/Berlin",
        true,
        false
    ]);
    assert_eq!(
        json!(names.map(|name| &changed[name])),
        expected,
        "{changed}"
    );

    let email = ["--email", "al@newer.example", "--verified", "--no-notify"];
    let args = [&["user", "update", "alice", "--locale="][..], &email].concat();
    let text = place.run(&args).succeeded().stderr;
    let expected = "The e-mail address al@newer.example is verified. No mail reports it.";
    assert!(text.contains(expected), "{text}");
    let found = events(&place, "changed");
    assert_eq!(found.len(), 2, "{found:#?}");
    for event in &found {
        let detail = &event["detail"];
        let is_first = detail["reason"] == "Moved";
        assert_eq!(detail["notified"].is_null(), is_first, "{event:#}");
        assert!(detail["operator"].is_string(), "{event:#}");
    }
    for (args, code, expected) in [
        ("--email bob@example.org", 5, "already"),
        ("--username bob", 5, "already"),
        ("--locale Deutsch", 1, "language tag"),
        ("--time-zone Berlin/Mitte", 1, "time zone"),
        ("--field size=3", 1, "size"),
        ("--verified --unverified", 2, "--unverified"),
    ] {
        let args: Vec<_> = args.split(' ').collect();
        let args = [&["user", "update", "alice"], &args[..]].concat();
        place.run(&args).failed(code, expected);
    }
}

#[test]
fn ended_access_is_stated() {
    let place = place(&["alice", "bob"]);
    let none = json!({ "sessions": 0, "grants": 0, "api_keys": 0, "trusted_devices": 0 });
    run(
        &place,
        "client create --id web --redirect-uri https://web.example/callback Web",
    );
    let suspended = run(&place, "client update --disable web");
    assert_eq!(suspended["suspended_grants"], 0, "{suspended}");
    for command in [
        "user disable alice",
        "user delete alice",
        "client delete web",
    ] {
        assert_eq!(run(&place, command)["ended"], none, "{command}");
    }
    let ended = run(&place, "session end-all --user bob");
    let names = ["ended", "sessions", "trusted_devices", "complete"];
    assert_eq!(
        json!(names.map(|name| &ended[name])),
        json!([0, 0, 0, true])
    );
    let text = place.run(&["user", "disable", "bob"]).succeeded().stderr;
    let expected = "Ended sessions: 0, grants: 0, API keys: 0, trusted devices: 0.";
    assert!(text.contains(expected), "{text}");
    let disabled = events(&place, "disabled");
    let deleted = events(&place, "deleted");
    assert_eq!((disabled.len(), deleted.len()), (2, 2));
    for event in disabled.iter().chain(&deleted) {
        assert_eq!(event["detail"]["ended"], none, "{event:#}");
    }
}
