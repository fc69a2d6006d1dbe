//! Tests of `doorward review`: lines of users and groups, decisions, the end, and the export.

use doorward_access::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::program::{Done, Place};

/// Runs a command whose words have no spaces.
fn run(place: &Place, command: &str) -> Value {
    let words: Vec<_> = command.split(' ').chain(["--json"]).collect();
    place.json(&words)
}

/// Returns a time in the future (RFC 3339).
fn later() -> String {
    let at = SystemClock.now() + 14 * 24 * 60 * 60;
    let at = OffsetDateTime::from_unix_timestamp(at).unwrap();
    at.format(&Rfc3339).unwrap()
}

/// Runs `review create` with this deadline.
fn create(place: &Place, name: &str, role: &str, until: &str) -> Done {
    let command = format!("review create {name} --role {role} --reviewer mona --until {until}");
    place.run(&command.split(' ').collect::<Vec<_>>())
}

/// Creates users of whom two have the role `proofreader`, and one by a group.
fn editors() -> Place {
    let place = Place::configured();
    for command in [
        "user create --email alice@example.org alice",
        "user create --email bob@example.org bob",
        "user create --email mona@example.org mona",
        "role create --permission tasks:read proofreader",
        "role create --permission tasks:read unused_role",
        "group create /press",
        "group create /press/night",
        "group add-member /press/night --user bob",
        "role assign --user alice --role proofreader",
        "role assign --user mona --role proofreader",
        "role assign --group /press --role proofreader",
    ] {
        run(&place, command);
    }
    place
}

#[test]
fn review_has_lines_and_deadline() {
    let (place, until) = (editors(), later());
    create(&place, "empty", "unused_role", &until).failed(1, "no role assignments");
    create(&place, "past", "proofreader", "2020-01-01").failed(1, "future");
    create(&place, "far", "proofreader", "2999-01-01").failed(1, "within a year");
    create(&place, "q4", "proofreader", &until).succeeded();
    create(&place, "q4", "proofreader", &until).failed(5, "already");
    let listed = run(&place, "review list");
    let names = ["name", "scope", "scope_name", "lines", "open", "state"];
    assert_eq!(
        json!(names.map(|name| &listed[0][name])),
        json!(["q4", "role", "proofreader", 3, 3, "open"])
    );
    // The reviewer leaves: no other one could decide.
    let left = run(&place, "user offboard mona");
    let left = left["left"].as_array().unwrap();
    let review = left.iter().find(|item| item["kind"] == "access_review");
    let review = review.expect("the review");
    let to_do = review["to_do"].as_str().unwrap();
    assert!(to_do.starts_with("doorward review update "), "{review:#}");
    let state = || {
        let listed = run(&place, "review list");
        json!([listed[0]["able_reviewers"], listed[0]["state"]])
    };
    assert_eq!(state(), json!([0, "no_reviewer"]));
    let changed = run(&place, "review update q4 --reviewer alice --reviewer bob");
    assert_eq!(changed["reviewer_names"], json!(["alice", "bob"]));
    assert_eq!(state(), json!([2, "open"]));
    run(&place, "group remove-member /press/night --user bob");
    let ended = run(&place, "review decide q4 bob revoked");
    assert_eq!(ended["outcome"], "ended", "{ended:#}");
}

#[test]
fn review_is_decided_and_exported() {
    let place = editors();
    create(&place, "q4", "proofreader", &later()).succeeded();
    let kept = run(&place, "review decide q4 alice confirmed --reason Needed");
    assert_eq!(kept["decision"], "confirmed", "{kept:#}");
    let number = run(&place, "review lines q4")
        .as_array()
        .and_then(|lines| lines.iter().find(|line| line["name"] == "bob"))
        .map(|line| line["line"].to_string())
        .expect("a line of bob");
    let left = run(&place, &format!("review decide q4 {number} revoked"));
    assert_eq!(left["outcome"], "membership", "{left:#}");
    for (line, decision, problem) in [
        ("bob", "revoked", "revoked already"),
        ("carol", "confirmed", "carol"),
        ("99", "confirmed", "99"),
        ("alice", "perhaps", "confirmed or revoked"),
    ] {
        let done = place.run(&["review", "decide", "q4", line, decision]);
        done.failed(1, problem);
    }
    let open = run(&place, "review lines q4 --open");
    assert_eq!(open.as_array().unwrap().len(), 1, "{open:#}");
    let done = place
        .run(&["review", "close", "q4", "--revoke-open"])
        .succeeded();
    let expected = "Lines without a decision: 0.";
    assert!(done.stderr.contains(expected), "{done:?}");
    place
        .run(&["review", "close", "q4"])
        .failed(1, "has ended already");

    // The record stays when its users are deleted.
    run(&place, "user delete mona");
    assert_eq!(run(&place, "review show q4")["state"], "closed");
    let whole = run(&place, "review lines q4");
    let items = whole.as_array().unwrap();
    for (name, expected) in [
        ("alice", json!(["confirmed", null, null, null, "Needed"])),
        (
            "bob",
            json!(["revoked", "membership", "/press", "/press/night", null]),
        ),
        ("mona", json!(["revoked", "removed", null, null, null])),
    ] {
        let item = items.iter().find(|item| item["name"] == name);
        let item = item.unwrap_or_else(|| panic!("no {name}: {whole:#}"));
        let facts = ["decision", "outcome", "group", "member_of", "reason"];
        assert_eq!(json!(facts.map(|fact| &item[fact])), expected, "{name}");
    }
    let csv = place.run(&["review", "lines", "q4", "--csv"]).succeeded();
    assert_eq!(csv.stdout.lines().count(), 4, "{csv:?}");
    assert!(csv.stdout.starts_with("line,name,role,"), "{csv:?}");
    let open = place.run(&["review", "lines", "q4", "--open", "--csv"]);
    assert_eq!(open.succeeded().stdout.lines().count(), 1);
}

#[test]
fn scopes_select_assignments() {
    let place = Place::configured();
    for command in [
        "user create --email alice@example.org alice",
        "user create --email bob@example.org bob",
        "org create --name Acme --owner alice acme",
        "org add-member --user bob acme",
        "role create --permission tasks:read typesetter",
        "role create --permission tasks:read proofreader",
        "group create /press",
        "group add-member /press --user bob",
        "role assign --user alice --role typesetter",
        "role assign --user bob --role proofreader --org acme",
        "role assign --group /press --role proofreader",
    ] {
        run(&place, command);
    }
    let until = later();
    for (scope, lines) in [
        ("--role proofreader", 2),
        ("--org acme", 1),
        ("--group /press", 1),
        ("--permission tasks:read", 3),
    ] {
        let name = scope.replace([' ', '-', '/', ':'], "_");
        let command = format!("review create {name} {scope} --reviewer alice --until {until}");
        let created = run(&place, &command);
        assert_eq!(created["lines"], lines, "{scope}: {created:#}");
    }
    place
        .run(&[
            "review",
            "create",
            "none",
            "--reviewer",
            "alice",
            "--until",
            "2030-01-01",
        ])
        .failed(2, "--role");
}
