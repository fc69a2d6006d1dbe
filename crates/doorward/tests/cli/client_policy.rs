//! Tests of the PKCE policy, authentication method and assertion audience of a client.

use serde_json::json;

use super::audit::tamper;
use super::program::Place;

/// Creates an instance whose database has the standard roles and scopes.
fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup"]).succeeded();
    place
}

#[test]
fn pkce_policy_is_set_shown_and_reversed() {
    let place = ready();
    let create = |more: &[&str]| {
        let args = ["client", "create", "--name", "App", "--redirect-uri"];
        let args = [&args[..], &["https://app.example.org/cb", "--json"], more].concat();
        place.json(&args)["client_id"].as_str().unwrap().to_owned()
    };
    let show = |id: &str| place.json(&["client", "show", id, "--json"]);
    let text = |id: &str| place.run(&["client", "show", id]).succeeded().stdout;
    assert_eq!(show(&create(&["--public"]))["pkce"], "required");
    let id = create(&[]);
    assert_eq!(show(&id)["pkce"], "auto");
    assert_eq!(show(&id)["auth_method"], "client_secret");
    assert!(text(&id).contains("client_secret_basic or client_secret_post"));
    // The state after ten sign-ins with PKCE.
    tamper(&place, &["UPDATE clients SET pkce_streak = 10"]);
    assert_eq!(show(&id)["pkce"], "required");
    assert_eq!(show(&id)["pkce_switched"], true);
    assert!(text(&id).contains("undo: doorward client update"));
    let update = |more: &[&str]| place.json(&[&["client", "update", &id, "--json"], more].concat());
    assert_eq!(update(&["--name", "Other"])["pkce"], "required");
    let undone = update(&["--pkce", "auto"]);
    assert_eq!(
        (&undone["pkce"], &undone["pkce_switched"]),
        (&json!("auto"), &json!(false))
    );
    assert_eq!(show(&id)["pkce"], "auto");
    assert_eq!(update(&["--pkce", "optional"])["pkce"], "optional");
    assert_eq!(update(&["--pkce", "required"])["pkce"], "required");
    assert_eq!(
        update(&["--assertion-audience", "issuer"])["assertion_audience"],
        "issuer"
    );
    let back = update(&["--assertion-audience", "default"]);
    assert_eq!(back["assertion_audience"], json!(null));
    let pinned = update(&["--auth-method", "client_secret_post"]);
    assert_eq!(pinned["auth_method"], "client_secret_post");
    assert_eq!(
        update(&["--auth-method", "client_secret"])["auth_method"],
        "client_secret"
    );
    for policy in ["auto", "optional"] {
        let args = [
            "client", "create", "--name", "App", "--public", "--pkce", policy,
        ];
        let args = [&args[..], &["--redirect-uri", "com.example.app:/cb"]].concat();
        place.run(&args).failed(1, "expected required, got");
    }
}
