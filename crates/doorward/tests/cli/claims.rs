//! Tests of `doorward claim`, and of custom claims in `doorward explain`.

use serde_json::json;

use super::program::Place;

#[test]
fn claim_is_put_listed_explained_and_removed() {
    let place = Place::configured();
    let client = ["client", "create", "--name", "Robot", "--id", "robot"];
    let grant = ["--grant", "client_credentials", "--scope", "tasks:read"];
    place.run(&[&client[..], &grant].concat()).succeeded();
    let put = ["claim", "put", "tier", "--claim", "tier", "--json"];
    let outputs = ["--output", "access_token", "--output", "introspection"];
    let constant = [&put[..], &outputs, &["--constant", "gold"]].concat();
    let made = place.json(&constant);
    assert_eq!(made["source"], json!({"kind": "constant", "value": "gold"}));
    assert_eq!(made["outputs"], json!(["access_token", "introspection"]));
    let told = place.json(&["explain", "token", "--client", "robot"]);
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
    let told = place.json(&["explain", "token", "--client", "robot"]);
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
