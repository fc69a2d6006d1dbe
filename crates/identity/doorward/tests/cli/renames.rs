//! Tests of new names of roles and scopes, and of a client like another one.

use serde_json::json;

use super::program::Place;

#[test]
fn role_and_scope_are_renamed_and_former_name_ends() {
    let place = Place::configured();
    place.run(&["role", "create", "helper"]).succeeded();
    let until = "2099-01-31T00:00:00Z";
    let rename = [
        "role",
        "rename",
        "helper",
        "support",
        "--alias-until",
        until,
    ];
    let done = place.run(&rename).succeeded();
    let text = format!("{}{}", done.stdout, done.stderr);
    assert!(
        text.contains("The role helper is renamed to support."),
        "{text}"
    );
    let former = place.json(&["former-name", "list", "--json"]);
    let expected = json!([{
        "kind": "role", "former": "helper", "name": "support", "expires_at": until,
    }]);
    assert_eq!(former, expected);
    assert_eq!(place.run(&["role", "create", "helper"]).code, 5);
    place
        .run(&["former-name", "end", "role", "helper"])
        .succeeded();
    place.run(&["role", "create", "helper"]).succeeded();
    let scope = ["scope", "create", "photos", "--description", "See photos"];
    place.run(&scope).succeeded();
    let client = [
        "client",
        "create",
        "App",
        "--id",
        "app",
        "--scope",
        "openid photos",
    ];
    let uri = [
        "--redirect-uri",
        "https://app.example/cb",
        "--kind",
        "public",
    ];
    place.run(&[&client[..], &uri].concat()).succeeded();
    place
        .run(&["scope", "rename", "photos", "pictures"])
        .succeeded();
    let like = [
        "client", "create", "New app", "--id", "newer", "--like", "app",
    ];
    let uri = [
        "--redirect-uri",
        "https://new.example/cb",
        "--with-consents",
    ];
    place.run(&[&like[..], &uri].concat()).succeeded();
    for id in ["app", "newer"] {
        let shown = place.json(&["client", "show", id, "--json"]);
        let text = shown.to_string();
        assert!(text.contains("openid pictures"), "{text}");
    }
}
