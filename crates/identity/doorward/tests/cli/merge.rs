//! Tests of the merge of two users on the command line.

use serde_json::Value;

use super::program::Place;

fn run(place: &Place, args: &[&str]) -> Value {
    place.json(&[args, &["--json"]].concat())
}

fn place() -> Place {
    let place = Place::configured();
    for name in ["alice", "bob"] {
        let email = format!("{name}@example.org");
        place
            .run(&["user", "create", "--email", &email, name])
            .succeeded();
    }
    for args in [
        &[
            "org", "create", "--name", "Acme", "--owner", "alice", "acme",
        ][..],
        &["group", "create", "/sales"],
        &["group", "add-member", "--user", "alice", "/sales"],
        &["role", "create", "--permission", "tasks:read", "helper"],
        &["role", "assign", "--user", "alice", "--role", "helper"],
    ] {
        place.run(args).succeeded();
    }
    place
}

/// Returns the kinds of the parts that moved, and of the others.
fn kinds(merge: &Value) -> [Vec<&str>; 2] {
    let of = |moved: bool| {
        let parts = merge["parts"].as_array().unwrap().iter();
        let is_moved = |part: &&Value| part["result"] == "moved" || part["result"] == "moves";
        let parts = parts.filter(move |part| is_moved(part) == moved);
        parts.map(|part| part["kind"].as_str().unwrap()).collect()
    };
    [of(true), of(false)]
}

#[test]
fn memberships_and_roles_move_and_user_is_disabled() {
    let place = place();
    let merge = ["user", "merge", "alice", "bob"];
    let plan = run(&place, &[&merge[..], &["--dry-run"]].concat());
    let moved = vec!["organization", "group", "role"];
    assert_eq!(kinds(&plan), [moved.clone(), vec!["address"]], "{plan:#}");
    let shown = run(&place, &["user", "show", "alice"]);
    assert_eq!(shown["disabled_at"], Value::Null);

    let args = [&merge[..], &["--reason", "Two accounts"]].concat();
    let done = run(&place, &args);
    assert_eq!(kinds(&done), [moved, vec!["address"]], "{done:#}");
    assert_eq!(done["departure"]["moved"][0]["kind"], "organization");
    let mend = done["parts"].as_array().unwrap().iter();
    let mut mend = mend.filter(|part| part["kind"] == "address");
    let mend = mend.next().unwrap()["to_do"].as_str().unwrap();
    let expected = "doorward user update bob --email alice@example.org --verified";
    assert!(mend.contains(expected), "{mend}");
    let shown = run(&place, &["user", "show", "alice"]);
    assert!(shown["disabled_at"].is_string(), "{shown:#}");
    let members = place.run(&["org", "members", "acme"]).succeeded().stdout;
    assert!(members.contains("bob"), "{members}");

    let again = run(&place, &merge);
    assert_eq!(kinds(&again), [vec![], vec!["address"]], "{again:#}");
    place
        .run(&["user", "merge", "alice", "alice"])
        .failed(1, "same user");
}
