//! Tests of the PKCE policy, authentication method, assertion audience and signature algorithms of a
//! client.

use serde_json::json;

use super::audit::tamper;
use super::program::Place;

/// Creates an instance whose database has the standard roles and scopes.
fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    place
}

#[test]
fn signature_algorithms_are_set_shown_and_removed() {
    let place = ready();
    let names = ["id-token", "userinfo", "authorization", "introspection"];
    let option = |name: &str| format!("--{name}-signed-response-alg");
    let member = |name: &str| format!("{}_signed_response_alg", name.replace('-', "_"));
    let create = [
        "client",
        "create",
        "App",
        "--redirect-uri",
        "https://app.example.org/cb",
        "--json",
    ];
    let id = place.json(&create)["id"].as_str().unwrap().to_owned();
    let plain = place.json(&["client", "show", &id, "--json"]);
    assert_eq!(plain["id_token_signed_response_alg"], "RS256");
    for name in &names[1..] {
        assert_eq!(plain[member(name)], json!(null), "{name}");
    }
    let update = |option: &str, alg: &str| {
        let args = ["client", "update", &id, option, alg, "--json"];
        place.json(&args)
    };
    for name in names {
        for alg in ["PS256", "ES256", "EdDSA"] {
            assert_eq!(update(&option(name), alg)[member(name)], alg, "{name}");
        }
        for wrong in ["none", "HS256", "RS512", "es256"] {
            place
                .run(&["client", "update", &id, &option(name), wrong])
                .failed(if name == "id-token" { 2 } else { 1 }, "RS256");
        }
    }
    for name in &names[1..] {
        assert_eq!(update(&option(name), "")[member(name)], json!(null));
    }
    // A removed algorithm stays until it is changed.
    let removed = [("DOORWARD__KEYS__ALGORITHMS", "RS256")];
    let args = ["client", "update", &id, "--disabled"];
    place.run_with(&args, &removed).succeeded();
    assert_eq!(
        update(&option("id-token"), "RS256")[member("id-token")],
        "RS256"
    );
    // An algorithm that this server does not offer.
    let offered = [("DOORWARD__KEYS__ALGORITHMS", "RS256 PS256")];
    let args = [
        "client",
        "update",
        &id,
        "--userinfo-signed-response-alg",
        "ES256",
    ];
    place
        .run_with(&args, &offered)
        .failed(1, "ES256 is not offered; write one of RS256, PS256");
    let broken = [("DOORWARD__KEYS__ALGORITHMS", "ES256")];
    let done = place.run_with(&["config", "check"], &broken);
    let said = format!("{}{}", done.stdout, done.stderr);
    assert!(
        done.code != 0 && said.contains("RS256 is missing"),
        "{said}"
    );
    for wrong in ["RS256 HS256", "RS256 RS256", "none"] {
        let wrong = [("DOORWARD__KEYS__ALGORITHMS", wrong)];
        let done = place.run_with(&["config", "check"], &wrong);
        assert!(done.code != 0, "{}", done.stdout);
    }
}

#[test]
fn pkce_policy_is_set_shown_and_reversed() {
    let place = ready();
    let create = |more: &[&str]| {
        let args = ["client", "create", "App", "--redirect-uri"];
        let args = [&args[..], &["https://app.example.org/cb", "--json"], more].concat();
        place.json(&args)["id"].as_str().unwrap().to_owned()
    };
    let show = |id: &str| place.json(&["client", "show", id, "--json"]);
    let note = |id: &str| place.run(&["client", "show", id]).succeeded().stderr;
    assert_eq!(show(&create(&["--kind=public"]))["pkce"], "required");
    let id = create(&[]);
    assert_eq!(show(&id)["pkce"], "auto");
    assert_eq!(show(&id)["auth_method"], "client_secret");
    // The state after ten sign-ins with PKCE.
    tamper(&place, &["UPDATE clients SET pkce_streak = 10"]);
    assert_eq!(show(&id)["pkce"], "required");
    assert_eq!(show(&id)["pkce_switched"], true);
    assert!(note(&id).contains("To undo that: doorward client update"));
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
        let args = ["client", "create", "App", "--kind=public", "--pkce", policy];
        let args = [&args[..], &["--redirect-uri", "com.example.app:/cb"]].concat();
        place.run(&args).failed(1, "expected required, got");
    }
}
