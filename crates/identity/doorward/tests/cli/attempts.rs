//! Tests of `doorward attempt`: list and show sign-in attempts.

use super::audit::tamper;
use super::program::Place;

const ID: &str = "018f0000-0000-7000-8000-000000000001";

#[test]
fn attempts_are_listed_and_shown() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let none = place.json(&["attempt", "list", "--json"]);
    assert_eq!(none.as_array().map(Vec::len), Some(0), "{none}");
    let row = format!(
        "INSERT INTO attempts (id, at, step, outcome, rule, reason, client_id, detail) VALUES \
         (X'{}', 1800000000, 'authorize', 'rejected', 'redirect_uri', 'not registered', 'photos', \
         '{{\"received\":\"https://a.example/cb\"}}')",
        ID.replace('-', "")
    );
    tamper(&place, &[&row]);
    let found = place.json(&["attempt", "list", "--client", "photos", "--json"]);
    assert_eq!(found[0]["id"], ID, "{found}");
    assert_eq!(found[0]["outcome"], "rejected", "{found}");
    let shown = place.run(&["attempt", "show", ID]).succeeded().stdout;
    assert!(shown.contains("received: https://a.example/cb"), "{shown}");
    assert_eq!(place.json(&["attempt", "show", ID, "--json"]), found[0]);
    for filter in [
        ["--outcome", "failed"],
        ["--about", "nobody"],
        ["--since", "2099-01-01"],
    ] {
        let args = [&["attempt", "list", "--json"], &filter[..]].concat();
        let found = place.json(&args);
        assert_eq!(
            found.as_array().map(Vec::len),
            Some(0),
            "{filter:?}: {found}"
        );
    }
    let create = ["user", "create", "--email", "al@example.org", "al"];
    place.run(&create).succeeded();
    let row = "INSERT INTO attempts (id, at, step, outcome, rule, reason, user_id, detail) SELECT \
         X'018F0000000070008000000000000002', 1800000001, 'password', 'failed', 'wrong_password', '', \
         id, '{}' FROM users";
    tamper(&place, &[row]);
    let table = place.run(&["attempt", "list", "--about", "al"]).succeeded();
    let row = table.stdout.lines().nth(1).unwrap_or_default();
    let cells: Vec<_> = row.split_whitespace().skip(2).collect();
    assert_eq!(cells, ["failed", "wrong_password", "al", "-"], "{table:?}");
    place
        .run(&["attempt", "list", "--outcome", "lost"])
        .failed(2, "succeeded, failed");
    place
        .run(&["attempt", "show", "unknown"])
        .failed(1, "there is no sign-in attempt");
}

#[test]
fn commands_of_support_answer() {
    let place = Place::configured();
    for list in [["user", "lockouts"], ["stats", "list"], ["job", "list"]] {
        let found = place.json(&[&list[..], &["--json"]].concat());
        assert_eq!(found.as_array().map(Vec::len), Some(0), "{list:?}: {found}");
    }
    for (command, problem) in [
        (&["support-code", "use", "ABCD-EFGH"][..], "support code"),
        (&["user", "unlock", "al"], "there is no user"),
        (&["job", "retry", ID], "there is no job"),
        (&["job", "retry-failed"], "it has not failed"),
        (&["mail", "test"], "mail is not configured"),
    ] {
        place.run(command).failed(1, problem);
    }
}
