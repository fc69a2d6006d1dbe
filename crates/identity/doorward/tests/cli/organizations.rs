//! Tests of organizations and groups on the command line.

use serde_json::json;

use super::program::Place;

fn place() -> Place {
    let place = Place::configured();
    place
        .run(&[
            "role",
            "setup",
            "--set",
            "tasks",
            "--audience",
            "https://tasks.example.org/api",
        ])
        .succeeded();
    for name in ["mona", "alice"] {
        let email = format!("{name}@example.org");
        let args = ["user", "create", name, "--email", &email];
        place.run(&args).succeeded();
    }
    place
        .run(&["org", "create", "acme", "--name", "Acme", "--owner", "mona"])
        .succeeded();
    place
}

#[test]
fn organization_has_members_and_always_owner() {
    let place = place();
    let run = |args: &[&str]| place.run(args);
    run(&["org", "add-member", "acme", "--user", "alice"]).succeeded();
    let members = place.json(&["org", "members", "acme", "--json"]);
    let named = |index: usize| (&members[index]["name"], &members[index]["owner"]);
    assert_eq!(named(0), (&json!("alice"), &json!(false)));
    assert_eq!(named(1), (&json!("mona"), &json!(true)));
    let shown = place.json(&["org", "show", "acme", "--json"]);
    assert_eq!(shown["name"], "Acme");
    run(&["role", "create", "proofreader"]).succeeded();
    for (verb, sentence) in [
        ("assign", "The role proofreader is assigned."),
        ("revoke", "The role proofreader is revoked."),
    ] {
        let args = [
            "role",
            verb,
            "--user",
            "alice",
            "--role",
            "proofreader",
            "--org",
            "acme",
        ];
        let said = run(&args).succeeded();
        assert!(said.stderr.contains(sentence), "{said:?}");
    }
    let refused = run(&["org", "remove-member", "acme", "--user", "mona"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("acme must keep an owner"),
        "{}",
        refused.stderr
    );
    let refused = run(&["user", "delete", "mona"]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    // Disabling does not wait for a successor, whom the list asks for.
    run(&["user", "disable", "mona"]).succeeded();
    let needs_owner = || place.json(&["org", "list", "--json"])[0]["needs_owner"].clone();
    assert_eq!(needs_owner(), true);
    run(&["org", "add-member", "acme", "--user", "alice", "--owner"]).succeeded();
    assert_eq!(needs_owner(), false);
    run(&["org", "remove-member", "acme", "--user", "mona"]).succeeded();
    let table = run(&["org", "list"]).succeeded().stdout;
    assert!(
        table.contains("acme") && table.contains("NEEDS OWNER"),
        "{table}"
    );
    run(&["org", "delete", "acme"]).succeeded();
    assert_eq!(place.json(&["org", "list", "--json"]), json!([]));
    let again = run(&["org", "create", "acme", "--name", "Other"]);
    let said = "there already is an organization \"acme\"";
    assert!(again.stderr.contains(said), "{}", again.stderr);
    let bad = run(&["org", "create", "Ac_me", "--name", "Other"]);
    assert!(bad.stderr.contains("SLUG:"), "{}", bad.stderr);
}

#[test]
fn organization_domain_is_set_checked_and_removed() {
    let place = place();
    let run = |args: &[&str]| place.run(args);
    let set = ["org", "update", "acme", "--domain"];
    let said = run(&[&set[..], &["Login.ACME.Example"]].concat()).succeeded();
    let step = "login.acme.example are for acme. Let it lead to the proxy, with a certificate";
    assert!(said.stderr.contains(step), "{}", said.stderr);
    let shown = place.json(&["org", "show", "acme", "--json"]);
    assert_eq!(shown["domain"], "login.acme.example");
    for wrong in ["https://login.acme.example", "localhost", "203.0.113.9"] {
        run(&[&set[..], &[wrong]].concat()).failed(1, "domain: write a domain");
    }
    run(&["org", "create", "zeta", "--name", "Zeta"]).succeeded();
    let domain = "login.acme.example";
    run(&["org", "update", "zeta", "--domain", domain]).failed(5, domain);
    run(&["org", "update", "acme", "--domain="]).succeeded();
    let shown = place.json(&["org", "show", "acme", "--json"]);
    assert_eq!(shown["domain"], json!(null));
    run(&["org", "update", "zeta", "--domain", domain]).succeeded();
}

#[test]
fn groups_are_created_moved_and_filled() {
    let place = place();
    let run = |args: &[&str]| place.run(args);
    run(&["group", "create", "/engineering", "--manager", "mona"]).succeeded();
    run(&[
        "group",
        "create",
        "/engineering/backend",
        "--description",
        "APIs",
    ])
    .succeeded();
    let missing = run(&["group", "create", "/sales/north"]);
    assert!(
        missing.stderr.contains("there is no group"),
        "{}",
        missing.stderr
    );
    run(&[
        "group",
        "add-member",
        "/engineering/backend",
        "--user",
        "alice",
    ])
    .succeeded();
    let shown = place.json(&["group", "members", "/engineering/backend", "--json"]);
    assert_eq!(shown[0]["name"], "alice");
    run(&[
        "role",
        "assign",
        "--group",
        "/engineering",
        "--role",
        "developer",
    ])
    .succeeded();
    run(&["group", "create", "/platform"]).succeeded();
    run(&[
        "group",
        "update",
        "/engineering/backend",
        "--name",
        "/platform/core",
    ])
    .succeeded();
    let listed = place.json(&["group", "list", "--json"]);
    let paths: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|listed| &listed["path"])
        .collect();
    assert_eq!(paths, ["/engineering", "/platform", "/platform/core"]);
    let below = run(&["group", "update", "/platform", "--name", "/platform/core/x"]);
    assert!(below.stderr.contains("below itself"), "{}", below.stderr);
    assert_eq!(run(&["group", "delete", "/platform"]).code, 1);
    run(&["group", "update", "/engineering", "--manager="]).succeeded();
    run(&[
        "group",
        "remove-member",
        "/platform/core",
        "--user",
        "alice",
    ])
    .succeeded();
    run(&["group", "delete", "/platform/core"]).succeeded();
    run(&["group", "delete", "/platform"]).succeeded();
}

#[test]
fn role_in_organization_requires_membership() {
    let place = place();
    let run = |args: &[&str]| place.run(args);
    let assign = [
        "role", "assign", "--user", "alice", "--role", "viewer", "--org", "acme",
    ];
    assert_eq!(run(&assign).code, 1, "alice is no member");
    run(&["org", "add-member", "acme", "--user", "alice"]).succeeded();
    run(&assign).succeeded();
    run(&["group", "create", "/sales", "--org", "acme"]).succeeded();
    let everywhere = ["role", "assign", "--group", "/sales", "--role", "viewer"];
    assert_eq!(run(&everywhere).code, 1, "no such group outside of acme");
    run(&[
        "role", "assign", "--group", "/sales", "--org", "acme", "--role", "viewer",
    ])
    .succeeded();
    let unknown = [
        "role", "assign", "--user", "mona", "--role", "viewer", "--org", "nobody",
    ];
    assert!(run(&unknown).stderr.contains("no organization"));
}

/// Checks the message for an existing user who is not a member of the organization.
#[test]
fn non_member_sees_explanation() {
    let place = place();
    let run = |args: &str| place.run(&args.split(' ').collect::<Vec<_>>());
    run("group create /sales --org acme").succeeded();
    for args in [
        "role assign --user alice --role viewer --org acme",
        "group add-member /sales --org acme --user alice",
        "group update /sales --org acme --manager alice",
    ] {
        let refused = run(args);
        assert_eq!(refused.code, 1, "{args}");
        let told =
            "alice does not belong to acme; first: doorward org add-member acme --user alice";
        assert!(refused.stderr.contains(told), "{args}: {}", refused.stderr);
    }
    run("org add-member acme --user alice").succeeded();
    run("role assign --user alice --role viewer --org acme").succeeded();
    run("group update /sales --org acme --manager alice").succeeded();
    let unknown = run("role assign --user zoe --role viewer --org acme");
    assert!(
        unknown.stderr.contains("there is no user"),
        "{}",
        unknown.stderr
    );
}
