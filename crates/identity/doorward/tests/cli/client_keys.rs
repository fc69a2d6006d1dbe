//! Tests of clients with keys, from a file or an address.

use serde_json::json;

use super::program::Place;

#[test]
fn client_has_keys_and_request_requirements() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    // The key of RFC 8037 appendix A.
    let mut keys = json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "one",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }] });
    place.write("public.json", &keys.to_string());
    let create = [
        "client",
        "create",
        "Signer",
        "--id",
        "signer",
        "--auth-method",
        "private_key_jwt",
    ];
    place.run(&create).failed(1, "public keys");
    let keyed = [
        &create[..],
        &[
            "--jwks",
            "public.json",
            "--require-par",
            "--require-dpop",
            "--json",
        ],
    ]
    .concat();
    let created = place.json(&keyed);
    assert!(created["client_secret"].is_null(), "no secret: {created}");
    let shown = place.json(&["client", "show", "signer", "--json"]);
    assert_eq!(shown["auth_method"], "private_key_jwt");
    assert_eq!(shown["jwks"], keys);
    assert_eq!(shown["require_pushed_authorization_requests"], true);
    assert_eq!(shown["require_signed_request_object"], false);
    assert_eq!(shown["dpop_bound_access_tokens"], true);
    let update = ["client", "update", "signer", "--json"];
    let more = [
        "--jwks-uri",
        "https://app.example.org/jwks",
        "--require-par=false",
        "--require-request-object",
        "--require-dpop=false",
    ];
    let changed = place.json(&[&update[..], &more].concat());
    assert_eq!(changed["jwks"], json!(null));
    assert_eq!(changed["jwks_uri"], "https://app.example.org/jwks");
    assert_eq!(changed["require_pushed_authorization_requests"], false);
    assert_eq!(changed["require_signed_request_object"], true);
    assert_eq!(changed["dpop_bound_access_tokens"], false);
    let text = place.run(&["client", "show", "signer"]).succeeded().stdout;
    assert!(text.contains("https://app.example.org/jwks"), "{text}");

    // An unused secret is not generated; it is generated after the authentication method has
    // changed.
    place
        .run(&["client", "rotate-secret", "signer"])
        .failed(1, "auth method private_key_jwt has no secret");
    let secret = ["--auth-method", "client_secret_basic"];
    let changed = place.json(&[&update[..], &secret].concat());
    assert_eq!(changed["auth_method"], "client_secret_basic");
    let note = place.run(&["client", "show", "signer"]).succeeded().stderr;
    assert!(note.contains("no secret yet"), "{note}");
    let created = place.json(&["client", "rotate-secret", "signer", "--json"]);
    assert!(created["client_secret"].is_string());
    let note = place.run(&["client", "show", "signer"]).succeeded().stderr;
    assert!(!note.contains("no secret yet"), "{note}");

    keys["keys"][0]["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    place.write("private.json", &keys.to_string());
    for (file, code, error) in [
        ("private.json", 1, "private key"),
        ("missing.json", 2, "missing.json"),
        ("doorward.toml", 2, "doorward.toml"),
    ] {
        let update = ["client", "update", "signer", "--jwks", file];
        place.run(&update).failed(code, error);
    }
}
