//! Tests of `doorward user bulk start`: users by name and by filter, confirmation, failures.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::program::Place;

/// More users than one request changes.
const MANY: usize = 60;

fn place(users: usize) -> Place {
    let place = Place::configured();
    let mut file = "id,username,email\n".to_owned();
    for number in 0..users {
        let name = format!("walker{number}");
        writeln!(file, "{number},{name},{name}@example.org").unwrap();
    }
    place.write("users.csv", &file);
    place.run(&["import", "csv", "users.csv"]).succeeded();
    place
}

fn bulk<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["user", "bulk", "start"], args].concat()
}

fn disabled(place: &Place) -> usize {
    let list = place.json(&["user", "list", "--state", "disabled", "--json"]);
    list.as_array().unwrap().len()
}

#[test]
fn named_users_are_changed() {
    let place = place(3);
    let args = bulk(&[
        "disable",
        "--user=walker0",
        "--user=walker1@example.org",
        "--json",
    ]);
    let done = place.json(&args);
    let expected = json!(["disable", "done", 2, 2, 0, []]);
    let found = ["action", "state", "total", "done", "failed", "failures"];
    assert_eq!(json!(found.map(|name| &done[name])), expected, "{done}");
    assert_eq!(disabled(&place), 2);
    place
        .run(&bulk(&["enable", "--user=walker0", "--user=absent"]))
        .failed(1, "there is no user");
    assert_eq!(disabled(&place), 2);
    let enabled = place.run(&bulk(&["enable", "--user=walker0", "--user=walker2"]));
    let text = enabled.succeeded().stderr;
    assert!(text.contains("Users changed: 2."), "{text}");
    assert_eq!(disabled(&place), 1);
}

#[test]
fn filter_needs_confirmation_and_runs_to_end_beside_server() {
    let place = place(MANY);
    place
        .run(&bulk(&["disable", "--filter", "q=walker"]))
        .failed(1, "users selected: 60; --yes");
    assert_eq!(disabled(&place), 0);
    let mut server = place.start(&["serve"], &[("DOORWARD__METRICS__ENABLED", "false")]);
    server.stderr_until("serving");
    let args = bulk(&["disable", "--filter", "q=walker", "--yes", "--json"]);
    let done = place.run(&args).succeeded();
    let change = done.json();
    let found = json!([change["state"], change["done"], change["failed"]]);
    assert_eq!(found, json!(["done", MANY, 0]), "{change}");
    let failures = ["user", "bulk", "failures", change["id"].as_str().unwrap()];
    assert_eq!(
        place.json(&[&failures[..], &["--json"]].concat()),
        json!([])
    );
    let listed = place.json(&["user", "bulk", "list", "--json"]);
    assert_eq!(listed[0]["id"], change["id"], "{listed}");
    let stop = ["user", "bulk", "stop", change["id"].as_str().unwrap()];
    place.run(&stop).failed(1, "it has ended");
    assert_eq!(disabled(&place), MANY);
    let enabled = place.json(&bulk(&["enable", "--all", "--yes", "--json"]));
    assert_eq!(enabled["done"], MANY, "{enabled}");
    assert_eq!(disabled(&place), 0);
}

#[test]
fn failed_users_are_listed() {
    let place = place(2);
    for args in [
        "org create acme --name Acme --owner walker0",
        "group create /sales --org acme",
    ] {
        let args: Vec<_> = args.split(' ').collect();
        place.run(&args).succeeded();
    }
    let group = ["--group", "/sales", "--group-org", "acme"];
    let args = [
        &bulk(&["add_to_group", "--user=walker0", "--user=walker1"])[..],
        &group,
    ]
    .concat();
    let done = place.run(&args);
    assert_eq!(done.code, 1, "{done:?}");
    let outside = &place.json(&["user", "show", "walker1", "--json"])["id"];
    let line = format!("{}  not_found", outside.as_str().unwrap());
    assert!(done.stdout.contains(&line), "{done:?}");
    assert!(done.stderr.contains("users not changed: 1"), "{done:?}");
    let done = place.run(&[&args[..], &["--json"]].concat());
    assert_eq!(done.code, 1, "{done:?}");
    let failures = json!([{ "user": outside, "reason": "not_found" }]);
    assert_eq!(done.json()["failures"], failures);
}

#[test]
fn unclear_selection_is_rejected() {
    let place = place(1);
    for (args, code, expected) in [
        ("remove --user=walker0", 2, "end_sessions"),
        ("disable", 1, "name users"),
        (
            "disable --user=walker0 --filter state=active",
            1,
            "name users",
        ),
        ("disable --all --filter state=active --yes", 1, "name users"),
        ("disable --all", 1, "users selected: 1; --yes"),
        (
            "disable --filter state=active --filter org= --yes",
            1,
            "empty",
        ),
        ("add_to_group --user=walker0", 1, "--group"),
        (
            "disable --user=walker0 --group /sales",
            1,
            "add_to_group only",
        ),
        ("change_email_domain --user=walker0", 1, "--from-domain"),
        (
            "change_email_domain --user=walker0 --from-domain example.org",
            1,
            "--to-domain",
        ),
        (
            "disable --user=walker0 --keep-access",
            1,
            "require_new_password only",
        ),
        (
            "require_new_password --user=walker0",
            1,
            "mail is not configured",
        ),
        (
            "disable --user=walker0 --from-domain a.example --to-domain b.example",
            1,
            "change_email_domain only",
        ),
    ] {
        let args: Vec<_> = args.split(' ').collect();
        place.run(&bulk(&args)).failed(code, expected);
    }
    assert_eq!(disabled(&place), 0);
}

/// A bulk change of many addresses sends no mail, and its events name the user at the command line.
#[test]
fn domain_of_addresses_is_changed() {
    let place = place(MANY);
    let to = ["--from-domain", "example.org", "--to-domain", "new.example"];
    let args = [
        &bulk(&["change_email_domain", "--all", "--notify=false"])[..],
        &to,
    ]
    .concat();
    place.run(&args).failed(1, "users selected: 60; --yes");
    let more = ["--yes", "--reason", "New domain", "--json"];
    let done = place.json(&[&args[..], &more].concat());
    let found = json!([done["done"], done["failed"], done["notify"]]);
    assert_eq!(found, json!([MANY, 0, false]), "{done}");
    let domains = json!([done["from_domain"], done["to_domain"]]);
    assert_eq!(domains, json!(["example.org", "new.example"]));
    let user = place.json(&["user", "show", "walker0", "--json"]);
    assert_eq!(user["email"], "walker0@new.example");
    let log = place.run(&["audit", "tail", "--limit", "1000", "--json"]);
    let log = log.succeeded().stdout;
    let events = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_users: Vec<_> = events
        .filter(|event| event["detail"]["batch"] == done["id"])
        .collect();
    assert_eq!(of_users.len(), MANY);
    for event in of_users {
        let detail = &event["detail"];
        assert!(detail["operator"].is_string(), "{event}");
        assert_eq!(detail["reason"], "New domain", "{event}");
        assert_eq!(detail["notified"], false, "{event}");
    }
    let text = place
        .run(&[&args[..], &["--yes"]].concat())
        .succeeded()
        .stderr;
    assert!(
        text.contains("Users without an address at example.org: 60."),
        "{text}"
    );
}
