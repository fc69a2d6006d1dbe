//! Tests of clients with token exchange, clients with front-channel logout, and the consent page
//! settings of a client.

use serde_json::json;

use super::program::Place;

#[test]
fn client_is_created_with_exchange_audiences() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "Gateway", "--id", "gateway"];
    let exchange = ["--grant", "token_exchange"];
    let create = [&create[..], &exchange].concat();
    // The grant without an audience is rejected.
    place.run(&create).failed(1, "exchange-audience");
    let unknown = ["--exchange-audience", "https://unknown.example"];
    place
        .run(&[&create[..], &unknown].concat())
        .failed(1, "not registered");
    let shown = place.json(&["client", "list", "--json"]);
    assert_eq!(shown, json!([]));
    // The tasks API is registered by the set-up.
    let tasks = "http://localhost:8401/api";
    let target = ["--exchange-audience", tasks];
    place
        .run(&[&create[..], &target, &["--kind=public"]].concat())
        .failed(1, "confidential");
    place.run(&[&create[..], &target].concat()).succeeded();
    let shown = place.json(&["client", "show", "gateway", "--json"]);
    let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    assert_eq!(shown["grant_types"], json!([grant]));
    assert_eq!(shown["exchange_audiences"], json!([tasks]));
    assert_eq!(shown["exchange_impersonation"], false);
    let update = ["client", "update", "gateway", "--json"];
    let changed = place.json(&[&update[..], &["--exchange-impersonation"]].concat());
    assert_eq!(changed["exchange_impersonation"], true);
    let away = [
        "--grant",
        "client_credentials",
        "--exchange-audience=",
        "--exchange-impersonation=false",
    ];
    let changed = place.json(&[&update[..], &away].concat());
    assert_eq!(changed["exchange_audiences"], json!([]));
    assert_eq!(changed["exchange_impersonation"], false);
    let alone = ["client", "update", "gateway", "--exchange-impersonation"];
    place
        .run(&alone)
        .failed(1, "requires the grant token-exchange");
}

#[test]
fn client_is_created_with_frontchannel_logout_uri() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "App", "--id", "app"];
    let there = ["--redirect-uri", "https://app.example/cb"];
    let create = [&create[..], &there].concat();
    for elsewhere in [
        "https://other.example/frame",
        "https://app.example:8443/frame",
        "http://app.example/frame",
        "https://app.example/frame#x",
        "/frame",
    ] {
        let listen = ["--frontchannel-logout-uri", elsewhere];
        place
            .run(&[&create[..], &listen].concat())
            .failed(1, "frontchannel-logout-uri");
    }
    let listen = [
        "--frontchannel-logout-uri",
        "https://app.example/frame?a=b",
        "--frontchannel-logout-session-required",
    ];
    place.run(&[&create[..], &listen].concat()).succeeded();
    let shown = place.json(&["client", "show", "app", "--json"]);
    assert_eq!(shown["frontchannel_logout_uri"], listen[1]);
    assert_eq!(shown["frontchannel_logout_session_required"], true);
    let text = place.run(&["client", "show", "app"]).succeeded().stdout;
    assert!(text.contains(listen[1]), "{text}");
    let away = [
        "client",
        "update",
        "app",
        "--frontchannel-logout-uri",
        "",
        "--json",
    ];
    let changed = place.json(&away);
    assert_eq!(changed["frontchannel_logout_uri"], json!(null));
}

#[test]
fn fapi_client_is_created_in_ping_mode() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "Till", "--id", "till", "--profile"];
    let signs = ["fapi2", "--jwks-uri", "https://till.example/jwks"];
    let create = [&create[..], &signs, &["--grant", "ciba"]].concat();
    let option = "--backchannel-client-notification-endpoint";
    for wrong in [
        "http://till.example/ping",
        "https://till.example/ping#x",
        "https://till:word@till.example/ping",
        "/ping",
    ] {
        place
            .run(&[&create[..], &[option, wrong]].concat())
            .failed(1, &option[2..]);
    }
    let endpoint = "https://till.example/ping";
    place
        .run(&[&create[..], &[option, endpoint]].concat())
        .succeeded();
    let member = "backchannel_client_notification_endpoint";
    let shown = place.json(&["client", "show", "till", "--json"]);
    assert_eq!(shown[member], endpoint);
    let polls = ["client", "update", "till", option, "", "--json"];
    assert_eq!(place.json(&polls)[member], json!(null));
}

#[test]
fn assertions_are_for_confidential_clients_and_whole_file() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "Deployer", "--id", "deployer"];
    let create = [&create[..], &["--grant", "jwt_bearer"]].concat();
    place
        .run(&[&create[..], &["--kind=public"]].concat())
        .failed(1, "confidential");
    place.run(&create).succeeded();
    let shown = place.json(&["client", "show", "deployer", "--json"]);
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    assert_eq!(shown["grant_types"], json!([grant]));
    let path = "DOORWARD__AUTHORIZATION__TRUSTED_ISSUERS";
    let check = |file: &str| place.run_with(&["config", "check"], &[(path, file)]);
    check("missing.toml").failed(1, "authorization.trusted_issuers");
    place.write(
        "issuers.toml",
        "[[issuer]]\nissuer = \"https://ci.example\"\n",
    );
    check("issuers.toml").failed(1, "authorization.trusted_issuers");
    place.write("issuers.toml", "");
    check("issuers.toml").succeeded();
}

#[test]
fn client_has_optional_scopes_and_policy_links() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "App", "--id", "app"];
    let there = ["--redirect-uri", "https://app.example/cb"];
    let create = [&create[..], &there].concat();
    for (wrong, named) in [
        (["--optional-scope", "openid"], "optional-scope"),
        (["--optional-scope", "tasks:read"], "optional-scope"),
        (["--tos-uri", "ftp://app.example/"], "tos-uri"),
    ] {
        place.run(&[&create[..], &wrong].concat()).failed(1, named);
    }
    let terms = [
        "--optional-scope",
        "email",
        "--optional-scope",
        "profile",
        "--consent-lifetime",
        "90d",
        "--publisher",
        "Example Ltd",
        "--policy-uri",
        "https://app.example/privacy",
    ];
    place.run(&[&create[..], &terms].concat()).succeeded();
    let shown = place.json(&["client", "show", "app", "--json"]);
    let consent = json!({
        "optional_scope": "email profile",
        "lifetime": 90 * 24 * 3600,
        "publisher": "Example Ltd",
        "policy_uri": "https://app.example/privacy",
    });
    assert_eq!(shown["consent"], consent);
    let update = ["client", "update", "app", "--json"];
    let less = ["--optional-scope", "", "--consent-lifetime", "0"];
    let changed = place.json(&[&update[..], &less].concat());
    assert_eq!(changed["consent"]["optional_scope"], "");
    assert_eq!(changed["consent"]["lifetime"], json!(null));
    assert_eq!(changed["consent"]["publisher"], "Example Ltd");
}

#[test]
fn client_logo_is_set_and_removed() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "App", "--id", "app"];
    let there = ["--redirect-uri", "https://app.example/cb"];
    place.run(&[&create[..], &there].concat()).succeeded();
    let picture = image::DynamicImage::from(image::RgbImage::new(300, 300));
    let file = place.path("logo.jpg");
    picture.save(&file).expect("a picture");
    let file = file.to_str().expect("a path").to_owned();
    let logo = ["client", "set-logo", "app", "--json"];
    let shown = place.json(&[&logo[..], &["--file", &file]].concat());
    let path = shown["consent"]["logo"].as_str().expect("an address");
    assert!(path.starts_with("/logos/"), "{path}");
    place.write("words.png", "no picture");
    let words = place.path("words.png");
    let words = words.to_str().expect("a path");
    let wrong = ["client", "set-logo", "app", "--file", words];
    place.run(&wrong).failed(1, "no PNG, JPEG, GIF or WebP");
    place.run(&logo[..3]).failed(2, "--file");
    let shown = place.json(&["client", "remove-logo", "app", "--json"]);
    assert_eq!(shown["consent"]["logo"], json!(null));
}

#[test]
fn impact_of_change_is_shown_without_change() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["client", "create", "App", "--id", "app"];
    let there = ["--redirect-uri", "https://app.example/cb"];
    place.run(&[&create[..], &there].concat()).succeeded();
    let impact = ["client", "impact", "app", "--pkce", "optional", "--json"];
    let shown = place.json(&impact);
    let expected = json!([{ "setting": "pkce", "effect": "weaker" }]);
    assert_eq!(
        (&shown["changes"], &shown["grants"]),
        (&expected, &json!(0))
    );
    let client = place.json(&["client", "show", "app", "--json"]);
    assert_eq!(client["pkce"], "auto");
    let wrong = ["client", "impact", "app", "--scope", "nonsense"];
    place.run(&wrong).failed(1, "--scope");
}
