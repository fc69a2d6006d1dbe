//! Tests of `doorward claim`, and of custom claims in `doorward explain`.

use serde_json::json;

use super::program::Place;

#[test]
fn claim_is_put_listed_explained_and_removed() {
    let place = Place::configured();
    let client = ["client", "create", "Robot", "--id", "robot"];
    let grant = ["--grant", "client_credentials", "--scope", "tasks:read"];
    place.run(&[&client[..], &grant].concat()).succeeded();
    let put = ["claim", "put", "tier", "--claim", "tier", "--json"];
    let outputs = ["--output", "access_token", "--output", "introspection"];
    let constant = [&put[..], &outputs, &["--constant", "gold"]].concat();
    let made = place.json(&constant);
    assert_eq!(made["source"], json!({"kind": "constant", "value": "gold"}));
    assert_eq!(made["outputs"], json!(["access_token", "introspection"]));
    let told = place.json(&["explain", "token", "--json", "--client", "robot"]);
    assert_eq!(told["claims"]["tier"], "gold", "{told}");
    // A mapping of the client, with JSON values.
    let of_role = [
        "--role",
        "admin=3",
        "--role",
        "manager=2",
        "--otherwise",
        "[1]",
        "--client",
        "robot",
    ];
    let of_client = ["claim", "put", "robot-tier", "--claim", "tier", "--json"];
    let made = place.json(&[&of_client[..], &outputs, &of_role].concat());
    let values = json!([{"when": "admin", "value": 3}, {"when": "manager", "value": 2}]);
    assert_eq!(
        made["source"],
        json!({"kind": "role", "values": values, "otherwise": [1]})
    );
    let told = place.json(&["explain", "token", "--json", "--client", "robot"]);
    assert_eq!(told["claims"]["tier"], json!([1]), "{told}");
    let listed = place.json(&["claim", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    let table = place.run(&["claim", "list"]).succeeded().stdout;
    assert!(
        table.starts_with("ID") && table.contains("robot-tier"),
        "{table}"
    );
    let shown = place.json(&["claim", "show", "robot-tier", "--json"]);
    assert_eq!(shown["client_id"], "robot");
    // Deleting the client removes its mapping.
    place.run(&["client", "delete", "robot"]).succeeded();
    place
        .run(&["claim", "show", "robot-tier"])
        .failed(1, "there is no claim");
    let gone = place.json(&["claim", "remove", "tier", "--json"]);
    assert_eq!(gone["deleted"], true);
    let text = place
        .run(&["audit", "tail", "--limit", "200"])
        .succeeded()
        .stdout;
    assert!(text.contains("claim.changed"), "{text}");
}

#[test]
fn invalid_claims_are_rejected() {
    let place = Place::configured();
    let put = ["claim", "put", "tier", "--output", "id_token"];
    let with = |more: &[&'static str]| place.run(&[&put[..], more].concat());
    with(&["--claim", "roles", "--constant", "x"]).failed(1, "is defined by a specification");
    with(&["--claim", "tier", "--role", "unknown=1"]).failed(1, "there is no role");
    with(&["--claim", "tier", "--group", "sales=1"]).failed(1, "a group path");
    with(&["--claim", "tier", "--constant", "1", "--scope", "unknown"]).failed(1, "no scope");
    with(&["--claim", "tier", "--role", "admin"]).failed(2, "write NAME=VALUE");
    with(&["--claim", "tier"]).failed(2, "required");
    let twice = ["--claim", "tier", "--constant", "1", "--organization-name"];
    with(&twice).failed(2, "cannot be used with");
    // A scope in use is not deleted.
    let scope = ["scope", "create", "gold", "--description", "See your tier"];
    place.run(&scope).succeeded();
    with(&["--claim", "tier", "--constant", "1", "--scope", "gold"]).succeeded();
    place
        .run(&["scope", "delete", "gold"])
        .failed(1, "the claim tier requires it");
}

/// Returns the arguments of `claim put` with this ID for an access token of the client `portal`.
fn put<'a>(id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let put = ["claim", "put", id, "--client", "portal", "--json"];
    [&put[..], &["--output", "access_token"], more].concat()
}

/// Creates the client `portal`, and the user ann with a role and in a group.
fn portal() -> Place {
    let place = Place::configured();
    let ann = ["user", "create", "ann"];
    let email = ["--email", "ann@example.org", "--verified"];
    place.run(&[&ann[..], &email].concat()).succeeded();
    let role = ["role", "create", "app_editor"];
    let description = ["--description", "Edits"];
    place.run(&[&role[..], &description].concat()).succeeded();
    let client = ["client", "create", "Portal", "--id", "portal"];
    let uri = ["--redirect-uri", "https://portal.example/callback"];
    place.run(&[&client[..], &uri].concat()).succeeded();
    let member = ["group", "add-member", "/engineering/backend"];
    for change in [
        &["group", "create", "/engineering"][..],
        &["group", "create", "/engineering/backend"],
        &[&member[..], &["--user", "ann"]].concat(),
        &["role", "assign", "--user", "ann", "--role", "app_editor"],
    ] {
        place.run(change).succeeded();
    }
    place
}

#[test]
fn lists_and_paths_are_put_and_explained() {
    let place = portal();
    let realm = ["--claim", "realm_access", "--path", "roles", "--roles"];
    let made = place.json(&put("realm", &realm));
    assert_eq!(made["claim"], "realm_access");
    assert_eq!(made["path"], json!(["roles"]));
    assert_eq!(made["source"], json!({ "kind": "roles" }));
    let app = [
        "--claim",
        "resource_access",
        "--path",
        "my.app,roles",
        "--roles",
    ];
    let short = ["--starting-with", "app_", "--strip", "--prefix", "ROLE_"];
    let made = place.json(&put("app", &[&app[..], &short].concat()));
    assert_eq!(made["path"], json!(["my.app", "roles"]));
    let source =
        json!({ "kind": "roles", "starting_with": "app_", "strip": true, "prefix": "ROLE_" });
    assert_eq!(made["source"], source);
    let names = [
        "--claim",
        "https://x.example/groups",
        "--groups",
        "--format",
        "name",
    ];
    let made = place.json(&put("names", &names));
    assert_eq!(
        made["source"],
        json!({ "kind": "groups", "format": "name" })
    );
    assert!(made.get("path").is_none(), "{made}");
    let told = place.json(&[
        "explain", "token", "--json", "--client", "portal", "--user", "ann",
    ]);
    let claims = &told["claims"];
    assert_eq!(claims["realm_access"], json!({ "roles": ["app_editor"] }));
    let app = json!({ "my.app": { "roles": ["ROLE_editor"] } });
    assert_eq!(claims["resource_access"], app, "{told}");
    assert_eq!(
        claims["https://x.example/groups"],
        json!(["backend", "engineering"])
    );
    let access_token = &told["custom_claims"]["access_token"];
    assert_eq!(access_token["resource_access"], app, "{told}");
    assert!(told["custom_claims"].get("id_token").is_none(), "{told}");
    assert!(told.get("omitted_claims").is_none(), "{told}");
    let table = place.run(&["claim", "list"]).succeeded().stdout;
    let path = |line: &str| line.contains("resource_access") && line.contains("my.app roles");
    assert!(table.lines().any(path), "{table}");
}

#[test]
fn explain_names_omitted_list() {
    let place = portal();
    // Seven paths with up to 183 bytes are too large for a token.
    let name = format!("/{}", "n".repeat(60));
    let parent = name.repeat(2);
    place.run(&["group", "create", &name]).succeeded();
    place.run(&["group", "create", &parent]).succeeded();
    let mut path = String::new();
    for number in 0..5 {
        path = format!("{parent}{}{number}", &name[..60]);
        place.run(&["group", "create", &path]).succeeded();
        let member = ["group", "add-member", &path, "--user", "ann"];
        place.run(&member).succeeded();
    }
    let list = ["--claim", "shape", "--path", "groups", "--groups"];
    place.run(&put("list", &list)).succeeded();
    let told = place.json(&[
        "explain", "token", "--json", "--client", "portal", "--user", "ann",
    ]);
    assert!(told["claims"].get("shape").is_none(), "{told}");
    let omitted = &told["omitted_claims"][0];
    assert_eq!(omitted["id"], "list", "{told}");
    assert_eq!(omitted["claim"], "shape > groups");
    assert_eq!(omitted["output"], "access_token");
    let reason = omitted["reason"].as_str().unwrap();
    assert!(reason.contains("too many entries or bytes"), "{reason}");
    // With fewer groups the claim is there.
    let below = [&list[..], &["--below", &path]].concat();
    place.run(&put("list", &below)).succeeded();
    let told = place.json(&[
        "explain", "token", "--json", "--client", "portal", "--user", "ann",
    ]);
    assert_eq!(told["claims"]["shape"], json!({ "groups": [] }), "{told}");
}

#[test]
fn invalid_lists_are_rejected() {
    let place = Place::configured();
    let client = ["client", "create", "Portal", "--id", "portal"];
    let uri = ["--redirect-uri", "https://portal.example/callback"];
    place.run(&[&client[..], &uri].concat()).succeeded();
    let with = |more: &[&'static str]| place.run(&put("x", more));
    with(&["--claim", "cnf", "--path", "jkt", "--roles"])
        .failed(1, "is defined by a specification");
    with(&["--claim", "a", "--path", "b,,c", "--roles"]).failed(1, "at most 4 names");
    with(&["--claim", "a", "--roles", "--strip"]).failed(1, "starting_with");
    with(&["--claim", "a", "--groups", "--below", "sales"]).failed(1, "group path");
    with(&["--claim", "a", "--roles", "--groups"]).failed(2, "cannot be used with");
    with(&["--claim", "a", "--roles", "--otherwise", "1"]).failed(2, "cannot be used with");
    with(&["--claim", "a", "--roles", "--below", "/sales"]).failed(2, "cannot be used with");
    with(&["--claim", "a", "--constant", "1", "--below", "/sales"]).failed(2, "required");
    with(&["--claim", "a", "--constant", "1", "--prefix", "x"]).failed(2, "required");
    with(&["--claim", "a", "--groups", "--format", "code"])
        .failed(2, "possible values: path, name");
    let open = ["claim", "put", "x", "--claim", "a", "--roles"];
    place
        .run(&[&open[..], &["--output", "id_token"]].concat())
        .failed(1, "needs a scope");
    with(&["--claim", "a", "--roles"]).succeeded();
    place
        .run(&put(
            "y",
            &["--claim", "a", "--path", "b", "--constant", "1"],
        ))
        .failed(1, "another mapping sets this claim");
}
