//! Tests of campaigns for second factors on the command line.

use serde_json::{Value, json};

use super::program::Place;

fn run(place: &Place, args: &[&str]) -> Value {
    place.json(&[args, &["--json"]].concat())
}

fn place() -> Place {
    let place = Place::configured();
    for name in ["alice", "bob", "carol"] {
        let email = format!("{name}@example.org");
        place
            .run(&["user", "create", "--email", &email, name])
            .succeeded();
    }
    for args in [
        &[
            "org", "create", "--name", "Acme", "--owner", "carol", "acme",
        ][..],
        &["group", "create", "/sales"],
        &["group", "create", "/sales/north"],
        &["group", "add-member", "--user", "alice", "/sales"],
        &["group", "add-member", "--user", "bob", "/sales/north"],
    ] {
        place.run(args).succeeded();
    }
    place
}

/// Returns the names of users who are not ready, and the reasons of their exceptions.
fn unready(place: &Place, id: &str) -> Vec<(String, String)> {
    let status = run(place, &["mfa", "status", id]);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = status.as_array().unwrap().iter();
    let mut rows: Vec<_> = rows
        .map(|row| (text(row, "username"), text(row, "reason")))
        .collect();
    rows.sort();
    rows
}

#[test]
fn campaign_is_started_followed_and_ended() {
    let place = place();
    let from = [
        "--from",
        "2099-01-15",
        "--remind=1",
        "--remind=14",
        "--remind=7",
    ];
    let args = [&["mfa", "require", "--group", "/sales"][..], &from].concat();
    let created = run(&place, &args);
    let names = ["users", "from", "state", "reminders", "next_reminder_at"];
    let expected = json!([
        "group /sales",
        "2099-01-15T00:00:00Z",
        "announced",
        [14, 7, 1],
        "2099-01-01T00:00:00Z"
    ]);
    assert_eq!(json!(names.map(|name| &created[name])), expected);
    let id = created["id"].as_str().unwrap();
    place.run(&args).failed(5, "campaign \"/sales\"");
    let named = |name: &str, state: &str| (name.to_owned(), state.to_owned());
    let both = [named("alice", ""), named("bob", "")];
    assert_eq!(unready(&place, id), both);

    let except = ["mfa", "except", "bob", "--until", "2099-03-01"];
    place.run(&except).failed(2, "--reason");
    run(&place, &[&except[..], &["--reason", "=Leave"]].concat());
    let one = [named("alice", ""), named("bob", "=Leave")];
    assert_eq!(unready(&place, id), one);
    let csv = place.run(&["mfa", "status", id, "--csv"]).succeeded();
    let header = "username,email,excepted_until,reason,id";
    assert_eq!(csv.stdout.lines().next(), Some(header));
    // A spreadsheet evaluates no reason.
    let row = "bob@example.org,2099-03-01T00:00:00Z,'=Leave,";
    assert!(csv.stdout.contains(row), "{csv:?}");
    run(&place, &["mfa", "end-exception", "bob"]);
    assert_eq!(unready(&place, id), both);
    place
        .run(&["mfa", "end-exception", "bob"])
        .failed(1, "no exception of user");

    let moved = run(&place, &["mfa", "reschedule", id, "--from", "2099-02-15"]);
    let expected = json!([
        "2099-02-15T00:00:00Z",
        "announced",
        [14, 7, 1],
        "2099-02-01T00:00:00Z"
    ]);
    assert_eq!(
        json!([
            &moved["from"],
            &moved["state"],
            &moved["reminders"],
            &moved["next_reminder_at"]
        ]),
        expected
    );
    place
        .run(&["mfa", "reschedule", id, "--from", "2019-01-15"])
        .failed(1, "from: is in the past");
    place
        .run(&["mfa", "reschedule", id, "--from", "2099-02-15"])
        .failed(1, "has this start already");

    run(&place, &["mfa", "end", id, "--reason", "Postponed"]);
    place
        .run(&["mfa", "end", id])
        .failed(1, "has ended already");
    assert_eq!(run(&place, &["mfa", "list", "--open"]), json!([]));
    let all = run(&place, &["mfa", "list"]);
    assert_eq!(all[0]["id"], created["id"]);
    assert_eq!(all[0]["state"], "ended");
}

#[test]
fn each_target_is_accepted_and_wrong_values_are_rejected() {
    let place = place();
    for (target, expected) in [
        (&["--org", "acme"][..], "organization acme"),
        (&["--all"][..], "all users"),
    ] {
        let args = [&["mfa", "require", "--from", "2099-01-15"][..], target].concat();
        assert_eq!(run(&place, &args)["users"], expected);
    }
    for (args, code, expected) in [
        ("--from 2099-01-15", 2, "--group"),
        ("--all --org acme --from 2099-01-15", 2, "--group"),
        ("--group /none --from 2099-01-15", 1, "/none"),
        ("--org none --from 2099-01-15", 1, "none"),
        (
            "--group /sales --from 2019-01-15",
            1,
            "from: is in the past",
        ),
        ("--group /sales --from soon", 2, "write a date"),
        ("--group /sales --from 2099-01-15 --remind 0", 1, "--remind"),
        ("--group /sales --from 2099-01-15 --remind 1w", 2, "1w"),
    ] {
        let args: Vec<_> = ["mfa", "require"]
            .into_iter()
            .chain(args.split(' '))
            .collect();
        place.run(&args).failed(code, expected);
    }
    let until = ["--until", "2019-01-01", "--reason", "Late"];
    let args = [&["mfa", "except", "alice"][..], &until].concat();
    place.run(&args).failed(1, "until: is in the past");
}
