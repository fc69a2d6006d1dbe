//! Tests of accounts without a user name, of staff roles and of group codes at the command line.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use doorward_testkit::program::free_port;
use doorward_testkit::rows;
use serde_json::{Value, json};

use super::program::{Place, get, send};

const OPTIONAL: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__USERNAME", "optional")];
/// A good password.
const PASSWORD: &str = "quiet harbour lantern 93";
const NONE: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__USERNAME", "none")];

fn create(email: &str) -> Vec<&str> {
    vec!["user", "create", "--email", email, "--json"]
}

#[test]
fn user_is_created_without_user_name_if_allowed() {
    let place = Place::configured();
    place
        .run(&create("ann@example.org"))
        .failed(1, "USERNAME: is missing");
    for (email, settings) in [("ann@example.org", OPTIONAL), ("bea@example.org", NONE)] {
        let created = place.run_with(&create(email), settings).succeeded().json();
        assert_eq!(created["username"], Value::Null, "{created}");
        assert_eq!(created["last_login"], Value::Null);
        assert_eq!(created["date_joined"], created["created_at"]);
    }
    let named = [&create("cy@example.org")[..], &["cy"]].concat();
    place
        .run_with(&named, NONE)
        .failed(1, "accounts have no user name");
    let created = place.run_with(&named, OPTIONAL).succeeded().json();
    assert_eq!(created["username"], "cy");
    // The other commands work with the address.
    let shown = place.run(&["user", "show", "ann@example.org"]).succeeded();
    assert!(shown.stdout.contains("last_login"), "{}", shown.stdout);
    let disabled = place.run(&["user", "disable", "ann@example.org"]);
    let said = disabled.succeeded().stderr;
    assert!(said.contains("ann@example.org is disabled"), "{said}");
    let list = place.json(&["user", "list", "--json"]);
    assert_eq!(list.as_array().unwrap().len(), 3, "{list}");
}

/// A user without a password gets a link that sets one: printed without a mail server, otherwise
/// mailed.
#[test]
fn user_without_password_gets_link() {
    let place = Place::configured();
    let port = free_port();
    let (issuer, listen) = (
        format!("http://localhost:{port}"),
        format!("127.0.0.1:{port}"),
    );
    let environment = [
        ("DOORWARD_ISSUER", issuer.as_str()),
        ("DOORWARD_LISTEN", listen.as_str()),
    ];
    let client = ["client", "create", "--id", "app", "App", "--kind=public"];
    let more = ["--first-party", "--redirect-uri", "https://app.example/"];
    let client = [&client[..], &more].concat();
    place.run_with(&client, &environment).succeeded();
    let user = ["user", "create", "ada", "--role", "admin"];
    let ada = [&user[..], &["--email", "ada@example.org"]].concat();
    let done = place.run_with(&ada, &environment).succeeded();
    let start = format!("{issuer}/reset-password?token=");
    let (_, token) = done.stderr.split_once(&start).expect("a link");
    let token = token.lines().next().unwrap();

    let mut server = place.start(&["serve"], &environment);
    server.stderr_until("serving");
    assert_eq!(get(&format!("{start}{token}"), &[]).0, 303);
    let set = json!({
        "token": token, "password": PASSWORD, "password_confirm": PASSWORD, "client_id": "app",
    });
    let confirm = || {
        let url = format!("{issuer}/api/auth/password/reset/confirm");
        let json = [("content-type", "application/json")];
        send("POST", &url, &json, &set.to_string())
    };
    let (status, body) = confirm();
    assert_eq!(status, 204, "{body}");
    assert_ne!(confirm().0, 204, "the link works once");
    let shown = place.json(&["user", "show", "ada", "--json"]);
    assert_eq!(shown["has_password"], true, "{shown}");
    // The link was not mailed, so it verifies no address.
    assert_eq!(shown["email_verified"], false, "{shown}");
    assert_eq!(server.terminate(), 0);

    let bea = [&create("bea@example.org")[..], &["bea"]].concat();
    let bea = place.json(&bea);
    assert_eq!(bea["link_mailed"], false, "{bea}");
    let url = bea["password_link"].as_str().unwrap();
    assert!(url.contains("/reset-password?token="), "{bea}");
    let mail = [("DOORWARD_SMTP_URL", "smtp://127.0.0.1:1")];
    let cy = ["user", "create", "cy", "--email", "cy@example.org"];
    let done = place.run_with(&cy, &mail).succeeded();
    let said = "A link to choose a password is mailed to cy@example.org";
    assert!(done.stderr.contains(said), "{done:?}");
    assert!(!done.stderr.contains("token="), "{done:?}");
}

#[test]
fn commands_that_print_issuer_need_it() {
    let place = Place::configured();
    let file = "secret_key_file = \"secret.key\"\n[database]\nurl = \"sqlite://identity.sqlite\"\n";
    place.write("doorward.toml", file);
    let user = [&create("ann@example.org")[..], &["ann"]].concat();
    let url = ["--url", "https://grafana.example/"];
    let client = [&["client", "create", "--app", "grafana"], &url[..]].concat();
    let provider = "provider put google --kind google --client-id 1234";
    let provider: Vec<&str> = provider.split(' ').collect();
    for (noun, command) in [("user", user), ("client", client), ("provider", provider)] {
        let said = place.run(&command).failed(1, "issuer");
        assert!(said.stderr.contains("is not set"), "{said:?}");
        assert_eq!(place.json(&[noun, "list", "--json"]), json!([]), "{noun}");
    }
}

#[test]
fn operator_may_assign_reserved_name() {
    let place = Place::configured();
    let named = [&create("root@example.org")[..], &["root"]].concat();
    assert_eq!(place.json(&named)["username"], "root");
}

#[test]
fn configured_staff_role_makes_staff() {
    let place = Place::configured();
    let named = [&create("ann@example.org")[..], &["ann"]].concat();
    place.run(&named).succeeded();
    let settings = [("DOORWARD__ACCOUNTS__STAFF_ROLES", "manager,editor")];
    let is_staff = |environment: &[(&str, &str)]| {
        let show = ["user", "show", "ann", "--json"];
        place.run_with(&show, environment).succeeded().json()["is_staff"].clone()
    };
    assert_eq!(is_staff(&settings), false);
    for (verb, role, expected) in [
        ("assign", "manager", true),
        ("assign", "admin", true),
        ("revoke", "manager", false),
        ("assign", "editor", true),
    ] {
        let change = ["role", verb, "--user", "ann", "--role", role];
        place.run(&change).succeeded();
        assert_eq!(is_staff(&settings), expected, "{verb} {role}");
    }
    assert_eq!(is_staff(&[]), true, "by the role admin");
    // A role of a group counts, a role in an organization does not.
    for change in [
        &["role", "revoke", "--user", "ann", "--role", "editor"][..],
        &["org", "create", "acme", "--name", "Acme", "--owner", "ann"],
        &[
            "role", "assign", "--user", "ann", "--role", "editor", "--org", "acme",
        ],
    ] {
        place.run(change).succeeded();
    }
    assert_eq!(is_staff(&settings), false);
    for change in [
        &["group", "create", "/desk"][..],
        &["group", "add-member", "/desk", "--user", "ann"],
        &["role", "assign", "--group", "/desk", "--role", "editor"],
    ] {
        place.run(change).succeeded();
    }
    assert_eq!(is_staff(&settings), true);
}

#[test]
fn group_has_unique_code() {
    let place = Place::configured();
    let created = place.json(&["group", "create", "/a", "--code", "D-10.x", "--json"]);
    assert_eq!(created["code"], "D-10.x");
    place
        .run(&["group", "create", "/b", "--code", "d-10.X"])
        .failed(5, "there already is a group with the code");
    place
        .run(&["group", "create", "/b", "--code", "a b"])
        .failed(1, "code: write 1 to 40");
    let second = place.json(&["group", "create", "/b", "--json"]);
    assert_eq!(second["code"], Value::Null);
    place
        .run(&["group", "update", "/b"])
        .failed(2, "nothing to change");
    let update = |code: &str| {
        place.run(&[
            "group",
            "update",
            "/b",
            "--code",
            code,
            "--description",
            "B",
            "--json",
        ])
    };
    update("D-10.X").failed(5, "there already is");
    let changed = update("B_1").succeeded().json();
    assert_eq!(
        (&changed["code"], &changed["description"]),
        (&json!("B_1"), &json!("B"))
    );
    // The code is free again, and moves with its group.
    assert_eq!(update("").succeeded().json()["code"], Value::Null);
    let other = ["group", "update", "/a", "--code", "b_1", "--json"];
    assert_eq!(place.json(&other)["code"], "b_1");
    place
        .run(&["group", "update", "/a", "--name", "/b/a"])
        .succeeded();
    let shown = place.json(&["group", "show", "/b/a", "--json"]);
    assert_eq!(shown["code"], "b_1");
    let table = place.run(&["group", "list"]).succeeded().stdout;
    assert!(table.contains("CODE") && table.contains("b_1"), "{table}");
}

#[test]
fn users_are_listed_by_filter() {
    let place = Place::configured();
    for (email, name) in [("ann@example.org", "ann"), ("bea@example.org", "bea")] {
        let named = [&create(email)[..], &[name]].concat();
        place.run(&named).succeeded();
    }
    place.run(&["user", "disable", "bea"]).succeeded();
    place.run(&["user", "verify-email", "bea"]).succeeded();
    for (filter, expected) in [
        ("", json!(["ann", "bea"])),
        ("--state disabled", json!(["bea"])),
        ("--state active", json!(["ann"])),
        ("--state unverified", json!(["ann"])),
        ("--search BE", json!(["bea"])),
        ("--second-factor none --search a", json!(["ann"])),
        ("--unused-days 90", json!([])),
        ("--locked", json!([])),
        ("--org acme", json!([])),
        ("--role admin", json!([])),
    ] {
        let all = ["user", "list", "--json"].into_iter();
        let args: Vec<&str> = all.chain(filter.split_whitespace()).collect();
        let found = place.json(&args);
        let found = found.as_array().unwrap().iter();
        let names = found.map(|user| user["username"].as_str().unwrap());
        // Users of the same second are listed in any order.
        let names: BTreeSet<_> = names.collect();
        assert_eq!(json!(names), expected, "{filter:?}");
    }
    place
        .run(&["user", "list", "--state", "lost"])
        .failed(2, "active, disabled");
}

/// Checks that a list is printed page by page: it contains a user who was created after its first rows
/// were printed.
#[tokio::test]
async fn users_are_listed_while_they_are_read() {
    let place = Place::configured();
    let named = [&create("root@example.org")[..], &["root"]].concat();
    place.run(&named).succeeded();
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let copies = |id: &str, end: &str, count: u32| {
        format!(
            "INSERT INTO users (id, username, username_key, email, email_key, email_verified, profile, \
             is_staff, created_at, updated_at) \
             WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) \
             SELECT {id}, username || {end}, username || {end}, username || {end} || '@example.org', \
             username || {end} || '@example.org', email_verified, profile, is_staff, created_at, \
             updated_at FROM users CROSS JOIN s WHERE username = 'root'"
        )
    };
    rows::execute(&url, &copies("randomblob(16)", "n", 4_000)).await;
    for (round, arguments) in [&["user", "list"][..], &["user", "list", "--search", "root"]]
        .into_iter()
        .enumerate()
    {
        let mut child = place.command(arguments);
        let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut header = String::new();
        output.read_line(&mut header).unwrap();
        assert!(header.contains("USERNAME"), "{header}");
        // The command waits for its reader: a pipe contains only a part of the rows.
        let last = format!("zz{round}");
        let id = format!("x'fffffffffffffffffffffffffffffff{round}'");
        rows::execute(&url, &copies(&id, &format!("'{last}'"), 1)).await;
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(rest.lines().count(), 4_002 + round, "{arguments:?}");
        let end = rest.lines().last().unwrap();
        assert!(end.contains(&last), "{arguments:?}: {end}");
    }
}
