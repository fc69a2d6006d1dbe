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

/// Returns the names and states of users who are not ready.
fn unready(place: &Place, id: &str) -> Vec<(String, String)> {
    let status = run(place, &["mfa", "status", id]);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = status.as_array().unwrap().iter();
    let mut rows: Vec<_> = rows
        .map(|row| (text(row, "username"), text(row, "state")))
        .collect();
    rows.sort();
    rows
}

#[test]
fn campaign_is_started_followed_and_ended() {
    let place = place();
    let from = ["--from", "2099-01-15", "--remind", "1d,14d,7"];
    let args = [&["mfa", "require", "--group", "/sales"][..], &from].concat();
    let created = run(&place, &args);
    let names = ["target", "from", "state", "reminders", "next_reminder"];
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
    let both = [named("alice", "not_ready"), named("bob", "not_ready")];
    assert_eq!(unready(&place, id), both);

    let except = ["mfa", "except", "bob", "--until", "2099-03-01"];
    place.run(&except).failed(2, "--reason");
    run(&place, &[&except[..], &["--reason", "=Leave"]].concat());
    let one = [named("alice", "not_ready"), named("bob", "excepted")];
    assert_eq!(unready(&place, id), one);
    let csv = place.run(&["mfa", "status", "--csv"]).succeeded();
    let header = "campaign,target,id,username,email,state,excepted_until,reason";
    assert_eq!(csv.stdout.lines().next(), Some(header));
    // A spreadsheet evaluates no reason.
    let row = "bob@example.org,excepted,2099-03-01T00:00:00Z,'=Leave";
    assert!(csv.stdout.contains(row), "{csv:?}");
    assert!(
        csv.stderr
            .contains("Without a second factor: 1, and 1 with an exception."),
        "{csv:?}"
    );
    run(&place, &["mfa", "except", "bob", "--end"]);
    assert_eq!(unready(&place, id), both);
    place
        .run(&["mfa", "except", "bob", "--end"])
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
            &moved["next_reminder"]
        ]),
        expected
    );
    place
        .run(&["mfa", "reschedule", id, "--from", "2019-01-15"])
        .failed(1, "from: is in the past");
    place
        .run(&["mfa", "reschedule", id, "--from", "2099-02-15"])
        .failed(1, "has this start already");

    let ended = run(&place, &["mfa", "end", id, "--reason", "Postponed"]);
    assert_eq!(ended["state"], "ended");
    place
        .run(&["mfa", "end", id])
        .failed(1, "has ended already");
    assert_eq!(run(&place, &["mfa", "list"]), json!([]));
    let all = run(&place, &["mfa", "list", "--ended"]);
    assert_eq!(all[0]["id"], created["id"]);
}

#[test]
fn each_target_is_accepted_and_wrong_values_are_rejected() {
    let place = place();
    for (target, expected) in [
        (&["--org", "acme"][..], "organization acme"),
        (&["--all"][..], "all users"),
    ] {
        let args = [&["mfa", "require", "--from", "2099-01-15"][..], target].concat();
        assert_eq!(run(&place, &args)["target"], expected);
    }
    for (args, code, expected) in [
        ("--from 2099-01-15", 2, "--group"),
        ("--all --org acme --from 2099-01-15", 2, "--org"),
        ("--group /none --from 2099-01-15", 1, "/none"),
        ("--org none --from 2099-01-15", 1, "none"),
        (
            "--group /sales --from 2019-01-15",
            1,
            "from: is in the past",
        ),
        ("--group /sales --from soon", 2, "write a date"),
        ("--group /sales --from 2099-01-15 --remind 0d", 1, "remind"),
        (
            "--group /sales --from 2099-01-15 --remind 1w",
            2,
            "14d,7d,1d",
        ),
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
