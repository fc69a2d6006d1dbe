//! Tests of client profiles on the command line, and of the default PKCE policy.

use serde_json::{Value, json};

use super::program::Place;

/// Creates an instance with the standard roles and a key set.
fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    // The key of RFC 8037 appendix A.
    let keys = json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "one",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }] });
    place.write("public.json", &keys.to_string());
    place
}

const CREATE: [&str; 7] = [
    "client",
    "create",
    "Bank",
    "--id",
    "bank",
    "--redirect-uri",
    "https://app.example.org/cb",
];

fn show(place: &Place) -> Value {
    place.json(&["client", "show", "bank", "--json"])
}

#[test]
fn one_command_registers_fapi_client() {
    for (profile, signs) in [("fapi2", false), ("fapi2-message-signing", true)] {
        let place = ready();
        let options = ["--profile", profile, "--jwks", "public.json", "--json"];
        let created = place.json(&[&CREATE[..], &options].concat());
        assert!(created["client_secret"].is_null(), "no secret: {created}");
        let shown = show(&place);
        for (name, value) in [
            ("profile", json!(profile)),
            ("auth_method", json!("private_key_jwt")),
            ("assertion_audience", json!("issuer")),
            ("dpop_bound_access_tokens", json!(true)),
            ("require_pushed_authorization_requests", json!(true)),
            ("require_signed_request_object", json!(signs)),
            ("pkce", json!("required")),
            ("id_token_signed_response_alg", json!("ES256")),
            ("introspection_signed_response_alg", json!("ES256")),
        ] {
            assert_eq!(shown[name], value, "{name}");
        }
        let text = place.run(&["client", "show", "bank"]).succeeded().stdout;
        assert!(text.contains(profile), "{text}");
    }
}

#[test]
fn contradiction_names_section() {
    let place = ready();
    let profile = ["--profile", "fapi2"];
    let keys = ["--jwks", "public.json"];
    let create = |more: &[&str]| place.run(&[&CREATE[..], &profile, more].concat());
    create(&[]).failed(1, "public keys");
    create(&["--kind=public"]).failed(1, "section 5.3.2.1 (3)");
    let rejected: [(&[&str], &str); 8] = [
        (&["--auth-method", "client_secret"], "section 5.3.2.1 (6)"),
        (&["--assertion-audience", "default"], "section 5.3.2.1 (8)"),
        (&["--require-dpop=false"], "section 5.3.2.1 (4)"),
        (&["--require-par=false"], "section 5.3.2.2 (3)"),
        (
            &["--request-uri", "https://app.example.org/r"],
            "section 5.3.2.2 (3)",
        ),
        (&["--pkce", "auto"], "section 5.3.2.2 (5)"),
        (&["--pkce", "optional"], "section 5.3.2.2 (5)"),
        (
            &["--id-token-signed-response-alg", "RS256"],
            "section 5.4.1 (1)",
        ),
    ];
    for (options, section) in rejected {
        create(&[&keys[..], options].concat()).failed(1, section);
    }
    create(&keys).succeeded();
    let update = |more: &[&str]| place.run(&[&["client", "update", "bank"], more].concat());
    for (options, section) in rejected {
        update(options).failed(1, section);
    }
    update(&["--profile", "fapi"])
        .failed(2, "[possible values: none, fapi2, fapi2-message-signing]");
    update(&["--profile", "fapi2-message-signing"]).succeeded();
    update(&["--require-request-object=false"]).failed(1, "FAPI 2.0 Message Signing");
    // Changes that the profile allows.
    update(&[
        "--name",
        "Other",
        "--bind-to-certificate",
        "--require-dpop=false",
    ])
    .succeeded();
    assert_eq!(
        show(&place)["tls_client_certificate_bound_access_tokens"],
        true
    );
    // Without a profile, the settings remain and may be changed.
    update(&["--profile", "none"]).succeeded();
    assert_eq!(show(&place)["pkce"], "required");
    update(&["--pkce", "optional", "--require-par=false"]).succeeded();
    // An existing client gets what the profile demands.
    update(&["--profile", "fapi2"]).succeeded();
    assert_eq!(show(&place)["pkce"], "required");
    assert_eq!(show(&place)["require_pushed_authorization_requests"], true);
}

#[test]
fn keys_have_allowed_algorithm() {
    let place = ready();
    // An RSA key of 2048 bits; the value is not that of a real key.
    let modulus = format!("{}w", "_".repeat(341));
    let mut key = json!({ "kty": "RSA", "kid": "rsa", "n": modulus, "e": "AQAB", "alg": "RS256" });
    let create = |key: &Value| {
        place.write("rsa.json", &json!({ "keys": [key] }).to_string());
        place.run(&[&CREATE[..], &["--profile", "fapi2", "--jwks", "rsa.json"]].concat())
    };
    create(&key).failed(1, "section 5.4.1 (1)");
    // A key without `alg` is for PS256 as well.
    key.as_object_mut().unwrap().remove("alg");
    create(&key).succeeded();
}

#[test]
fn certificate_subject_selects_mutual_tls() {
    let place = ready();
    let options = ["--profile", "fapi2", "--tls-subject-dn", "CN=app,C=NL"];
    place.run(&[&CREATE[..], &options].concat()).succeeded();
    let shown = show(&place);
    assert_eq!(shown["auth_method"], "tls_client_auth");
    assert_eq!(shown["tls_client_certificate_bound_access_tokens"], true);
    assert_eq!(shown["dpop_bound_access_tokens"], false);
}

#[test]
fn request_uris_are_set_and_removed() {
    let place = ready();
    place.run(&CREATE).succeeded();
    let update = |uris: &[&str]| {
        let options = uris.iter().flat_map(|uri| ["--request-uri", *uri]);
        let args: Vec<_> = ["client", "update", "bank", "--json"]
            .into_iter()
            .chain(options)
            .collect();
        place.json(&args)["request_uris"].clone()
    };
    let uris = ["https://app.example.org/a", "https://app.example.org/b?c"];
    assert_eq!(update(&uris), json!(uris));
    assert_eq!(update(&[""]), json!([]));
    for (uri, problem) in [
        ("http://app.example.org/r", "it must begin with https://"),
        ("https://user@app.example.org/r", "leave out user"),
        ("https://app.example.org/r#x", "SHA-256"),
    ] {
        let args = ["client", "update", "bank", "--request-uri", uri];
        place.run(&args).failed(1, problem);
    }
}

#[test]
fn configured_policy_is_default_of_new_clients() {
    const REQUIRED: &[(&str, &str)] = &[("DOORWARD__CLIENTS__PKCE", "required")];
    let place = ready();
    place.run(&CREATE).succeeded();
    let shown = place.run_with(&["client", "show", "bank", "--json"], REQUIRED);
    assert_eq!(shown.succeeded().json()["pkce"], "auto", "existing client");
    let create = |more: &[&str]| {
        let args = ["client", "create", "App", "--json", "--redirect-uri"];
        let args = [&args[..], &["https://app.example.org/cb"], more].concat();
        let created = place.run_with(&args, REQUIRED).succeeded().json();
        let id = created["id"].as_str().unwrap().to_owned();
        place.json(&["client", "show", &id, "--json"])["pkce"].clone()
    };
    assert_eq!(create(&[]), "required");
    assert_eq!(create(&["--pkce", "optional"]), "optional");
    assert_eq!(create(&["--kind=public"]), "required");
}
