//! Tests that every administration command has `--json` and prints one document.

use serde_json::json;

use super::program::Place;

const PASSWORD: &str = "quiet harbour lantern 93\n";

/// The administration nouns of the command reference.
const NOUNS: &[&str] = &[
    "client",
    "user",
    "role",
    "permission",
    "resource",
    "scope",
    "group",
    "org",
    "key",
    "claim",
    "session",
    "api-key",
    "consent",
    "grant",
    "mfa",
    "review",
    "attempt",
    "support-code",
    "stats",
    "job",
];

#[test]
fn each_administration_command_has_json() {
    let reference = Place::new().run(&["cli-reference"]).succeeded().stdout;
    let mut seen = Vec::new();
    for section in reference.split("\n### `doorward ").skip(1) {
        let (name, values) = section.split_once('`').unwrap();
        let values = values.split("\n## ").next().unwrap();
        let Some((noun, verb)) = name.split_once(' ') else {
            continue;
        };
        if NOUNS.contains(&noun) {
            assert!(values.contains("- `--json`"), "{noun} {verb} has no --json");
            seen.push(noun);
        }
    }
    for noun in NOUNS {
        assert!(seen.contains(noun), "no verb of {noun} in the reference");
    }
    assert!(seen.len() >= 48, "{}", seen.len());
}

fn place() -> Place {
    let place = Place::configured();
    let added = place.json(&["role", "setup", "--set", "tasks", "--json"]);
    assert!(added["roles"].as_u64().unwrap() > 5, "{added}");
    for name in ["mona", "alice"] {
        let email = format!("{name}@example.org");
        let args = ["user", "create", name, "--email", &email];
        place.run(&args).succeeded();
    }
    place
}

#[test]
fn role_commands_print_json() {
    let place = place();
    let created = place.json(&[
        "role",
        "create",
        "auditor",
        "--permission",
        "tasks:read",
        "--json",
    ]);
    assert_eq!(created["name"], "auditor");
    assert_eq!(created["permissions"], json!(["tasks:read"]));
    let alice = &place.json(&["user", "show", "alice", "--json"])["id"];
    let end = "2099-01-01T00:00:00Z";
    let given = place.json(&[
        "role",
        "assign",
        "--user",
        "alice",
        "--role",
        "auditor",
        "--expires",
        end,
        "--json",
    ]);
    assert_eq!(given["holder"], *alice);
    assert_eq!(given["role"], "auditor");
    assert_eq!(given["expires_at"], end);
    assert_eq!(given["active"], true);
    let existing = place.json(&[
        "role", "revoke", "--user", "alice", "--role", "auditor", "--json",
    ]);
    assert_eq!(existing["holder"], *alice);
    assert_eq!(existing["role"], "auditor");
}

#[test]
fn organization_and_group_commands_print_json() {
    let place = place();
    let org = |args: &[&str]| place.json(&[&["org"], args, &["--json"]].concat());
    let created = org(&["create", "acme", "--name", "Acme", "--owner", "mona"]);
    assert_eq!(created["slug"], "acme");
    let member = org(&["add-member", "acme", "--user", "alice"]);
    assert_eq!(member["owner"], false);
    let owner = org(&["add-member", "acme", "--user", "alice", "--owner"]);
    assert_eq!(owner["owner"], true);
    let removed = json!({ "slug": "acme", "user": "alice", "deleted": true });
    assert_eq!(org(&["remove-member", "acme", "--user", "alice"]), removed);

    let group = |args: &[&str]| place.json(&[&["group"], args, &["--json"]].concat());
    group(&["create", "/a"]);
    group(&["create", "/b"]);
    let into = group(&["add-member", "/a", "--user", "alice"]);
    assert_eq!(into, json!({ "id": "/a", "user": "alice" }));
    let out = group(&["remove-member", "/a", "--user", "alice"]);
    assert_eq!(out["deleted"], true);
    let led = group(&["update", "/a", "--manager", "mona"]);
    assert!(led["manager"].is_string(), "{led}");
    let moved = group(&["update", "/b", "--name", "/a/b"]);
    assert_eq!(moved["path"], "/a/b");
    let removed = group(&["delete", "/a/b"]);
    assert_eq!(
        (&removed["path"], &removed["deleted"]),
        (&json!("/a/b"), &json!(true))
    );
    assert_eq!(org(&["delete", "acme"])["deleted"], true);
}

#[test]
fn user_commands_print_json() {
    let place = place();
    let user = |verb: &str| place.json(&["user", verb, "alice", "--json"]);
    let args = [
        "user",
        "set-password",
        "alice",
        "--password-file=-",
        "--json",
    ];
    let set = place.run_typing(&args, PASSWORD).succeeded().json();
    assert_eq!(set["has_password"], true);
    assert!(user("disable")["disabled_at"].is_string());
    assert!(user("enable")["disabled_at"].is_null());
    assert_eq!(user("verify-email")["email_verified"], true);
    place
        .run(&["user", "reset-mfa", "alice", "--json"])
        .failed(1, "there is no second factor");
    let removed = user("delete");
    assert_eq!(removed["username"], "alice");
    assert_eq!(removed["deleted"], true);
}

#[test]
fn client_and_key_commands_print_json() {
    let place = place();
    let created = place.json(&["client", "create", "Job", "--json"]);
    let id = created["id"].as_str().unwrap();
    let removed = place.json(&["client", "delete", id, "--json"]);
    assert_eq!(removed["id"], id);
    assert_eq!(removed["deleted"], true);
    let key = place.json(&["key", "rotate", "--json"]);
    let kid = key["kid"].as_str().unwrap();
    let retired = place.json(&["key", "retire", kid, "--json"]);
    assert_eq!(retired["kid"], kid);
    let shown = place.json(&["key", "show", kid, "--json"]);
    assert!(shown["retired_at"].is_string(), "{shown}");
}

#[test]
fn invitation_commands_print_json() {
    let place = place();
    let org = ["org", "create", "acme", "--name", "Acme"];
    place.run(&org).succeeded();
    let invite = [
        "org",
        "invite",
        "acme",
        "--email",
        "bob@example.org",
        "--json",
    ];
    place.run(&invite).failed(1, "mail is not configured");
    let mail = [("DOORWARD_SMTP_URL", "smtp://127.0.0.1:1")];
    let created = place.run_with(&invite, &mail).succeeded().json();
    assert_eq!(created["email"], "bob@example.org");
    assert_eq!(created["invited_by"], json!(null));
    let id = created["id"].as_str().unwrap();
    let listed = place.json(&["org", "invitations", "acme", "--json"]);
    assert_eq!(listed, json!([created]));
    let table = place
        .run(&["org", "invitations", "acme"])
        .succeeded()
        .stdout;
    assert!(table.contains("bob@example.org"), "{table}");
    let removed = place.json(&["org", "revoke-invitation", "acme", id, "--json"]);
    assert_eq!(
        (&removed["id"], &removed["deleted"]),
        (&json!(id), &json!(true))
    );
    place
        .run(&["org", "revoke-invitation", "acme", id])
        .failed(1, "there is no invitation");
    place
        .run_with(
            &["org", "invite", "nobody", "--email", "a@example.org"],
            &mail,
        )
        .failed(1, "there is no organization");
}

/// Checks that commands in a directory with the data of `doorward dev` do not create another
/// database by accident, even if the instance cannot be opened.
#[test]
fn commands_beside_dev_instance_create_no_other_database() {
    let place = Place::new();
    std::fs::create_dir(place.path(".doorward")).unwrap();
    place.write(".doorward/.doorward-dev", "{}");
    for args in [
        &["user", "list"][..],
        &["user", "show", "alice"],
        &["migrate"],
    ] {
        place.run(args).failed(1, "--data-dir .doorward");
        assert!(!place.path("doorward.sqlite").exists(), "{args:?}");
    }
    // A database that the environment names is accepted, even if it does not exist yet.
    let environment = [("DOORWARD_DATABASE_URL", "sqlite://other.sqlite")];
    let listed = place.run_with(&["user", "list"], &environment).succeeded();
    assert_eq!(listed.stderr, "");
    // An existing database is used, with a notice that names it.
    let environment = [("DOORWARD_DATABASE_URL", "sqlite://doorward.sqlite")];
    place.run_with(&["user", "list"], &environment).succeeded();
    let used = place.run(&["user", "list", "--json"]).succeeded();
    assert_eq!(used.json(), json!([]));
    assert!(
        used.stderr.contains("Working on doorward.sqlite"),
        "{used:?}"
    );
    assert!(used.stderr.contains("--data-dir .doorward"), "{used:?}");
    // An explicit configuration file counts as well.
    place.write("doorward.toml", "issuer = \"http://localhost:8400\"\n");
    let used = place.run(&["user", "list"]).succeeded();
    assert_eq!(used.stderr, "");
}

#[test]
fn registration_token_commands_print_json() {
    let place = Place::configured();
    let verb = |args: &[&str]| {
        place.json(&[&["client", "registration-token"], args, &["--json"]].concat())
    };
    let created = verb(&["create", "CI", "--uses", "2"]);
    assert_eq!(created["uses_left"], 2);
    assert_eq!(created["created_by"], json!(null));
    let token = created["token"].as_str().unwrap();
    assert_eq!(token.len(), 43);
    let listed = verb(&["list"]);
    assert_eq!(listed[0]["id"], created["id"]);
    assert!(!listed.to_string().contains(token));
    let id = created["id"].as_str().unwrap();
    assert_eq!(verb(&["show", id]), listed[0]);
    let other = ["client", "registration-token", "create", "Other"];
    let printed = place.run(&other).succeeded().stdout;
    assert_eq!(printed.trim_end().len(), 43, "the token alone");
    let removed = verb(&["revoke", id]);
    assert_eq!(removed["deleted"], true);
    assert_eq!(verb(&["list"])[0]["note"], "Other");
}
