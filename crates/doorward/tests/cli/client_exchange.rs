//! Clients that exchange tokens: for what, and how.

use serde_json::json;

use super::program::Place;

#[test]
fn a_client_is_given_what_it_may_exchange_tokens_for() {
    let place = Place::configured();
    place.run(&["role", "setup"]).succeeded();
    let create = ["client", "create", "--name", "Gateway", "--id", "gateway"];
    let exchange = ["--grant", "token_exchange"];
    let create = [&create[..], &exchange].concat();
    // Leave to exchange for nothing is none.
    place.run(&create).failed(1, "exchange-audience");
    let unknown = ["--exchange-audience", "https://unknown.example"];
    place
        .run(&[&create[..], &unknown].concat())
        .failed(1, "not registered");
    let shown = place.json(&["client", "list", "--json"]);
    assert_eq!(shown, json!([]));
    // The resource of administration is there from the set-up on.
    let issuer = "http://localhost:8400";
    let target = ["--exchange-audience", issuer];
    place
        .run(&[&create[..], &target, &["--public"]].concat())
        .failed(1, "confidential");
    place.run(&[&create[..], &target].concat()).succeeded();
    let shown = place.json(&["client", "show", "gateway", "--json"]);
    let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    assert_eq!(shown["grants"], json!([grant]));
    assert_eq!(shown["exchange_audiences"], json!([issuer]));
    assert_eq!(shown["exchange_impersonation"], false);
    let update = ["client", "update", "gateway", "--json"];
    let changed = place.json(&[&update[..], &["--exchange-impersonation"]].concat());
    assert_eq!(changed["exchange_impersonation"], true);
    let text = place.run(&["client", "show", "gateway"]).succeeded().stdout;
    assert!(text.contains("may impersonate"), "{text}");
    let away = ["--grant", "client_credentials", "--no-exchange"];
    let changed = place.json(&[&update[..], &away].concat());
    assert_eq!(changed["exchange_audiences"], json!([]));
    assert_eq!(changed["exchange_impersonation"], false);
    let alone = ["client", "update", "gateway", "--exchange-impersonation"];
    place.run(&alone).failed(1, "of no use");
}
