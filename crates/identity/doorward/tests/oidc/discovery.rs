//! Tests that discovery (OpenID Connect Discovery §3, RFC 8414 §2) is complete and true: everything
//! listed works, and everything that works is listed. The JWKS (RFC 7517) contains public keys
//! only.

use doorward_domain::model::ScopeEntry;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::{Value, json};

flows!(
    rfc_8414_2_both_documents_have_equal_metadata,
    listed_endpoints_respond,
    missing_features_are_not_listed,
    jwks_contains_public_keys_with_cache_times,
    rfc_8414_2_1_metadata_can_be_had_signed,
    rfc_9110_13_1_2_known_documents_are_not_sent_again,
    new_scope_changes_discovery_only,
);

const PATHS: [&str; 2] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
];

async fn document(stack: &Stack, path: &str) -> Value {
    let page = UserAgent::new().get(stack.at(path)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json");
    // Any origin may read it, without credentials.
    assert_eq!(
        page.header("access-control-allow-origin"),
        Some("*"),
        "{}",
        page.dump()
    );
    assert!(page.header("access-control-allow-credentials").is_none());
    page.json()
}

#[track_caller]
fn assert_set(document: &Value, member: &str, expected: &[&str]) {
    let mut listed: Vec<&str> = document[member]
        .as_array()
        .unwrap_or_else(|| panic!("{member} in {document}"))
        .iter()
        .map(|value| value.as_str().expect(member))
        .collect();
    let mut expected = expected.to_vec();
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected, "{member}");
}

#[track_caller]
fn assert_endpoints(oidc: &Value, issuer: &str) {
    assert_eq!(oidc["issuer"], issuer);
    for (member, path) in [
        ("authorization_endpoint", "/oauth2/authorize"),
        ("token_endpoint", "/oauth2/token"),
        ("userinfo_endpoint", "/oauth2/userinfo"),
        ("jwks_uri", "/oauth2/jwks"),
        ("introspection_endpoint", "/oauth2/introspect"),
        ("revocation_endpoint", "/oauth2/revoke"),
        ("end_session_endpoint", "/oauth2/logout"),
        (
            "device_authorization_endpoint",
            "/oauth2/device_authorization",
        ),
        ("pushed_authorization_request_endpoint", "/oauth2/par"),
        (
            "backchannel_authentication_endpoint",
            "/oauth2/bc-authorize",
        ),
    ] {
        assert_eq!(oidc[member], json!(format!("{issuer}{path}")), "{member}");
    }
}

async fn rfc_8414_2_both_documents_have_equal_metadata(stack: &Stack) {
    let [oidc, oauth] = [
        document(stack, PATHS[0]).await,
        document(stack, PATHS[1]).await,
    ];
    assert_endpoints(&oidc, stack.issuer());
    assert_set(&oidc, "response_types_supported", &["code"]);
    assert_set(
        &oidc,
        "response_modes_supported",
        &[
            "query",
            "form_post",
            "query.jwt",
            "fragment.jwt",
            "form_post.jwt",
            "jwt",
        ],
    );
    assert_set(
        &oidc,
        "grant_types_supported",
        &[
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:openid:params:grant-type:ciba",
        ],
    );
    assert_set(&oidc, "subject_types_supported", &["public", "pairwise"]);
    for signed in ["id_token", "userinfo", "authorization", "introspection"] {
        let name = format!("{signed}_signing_alg_values_supported");
        assert_set(&oidc, &name, &["RS256", "PS256", "ES256", "EdDSA"]);
    }
    assert_set(&oidc, "code_challenge_methods_supported", &["S256"]);
    assert_set(
        &oidc,
        "token_endpoint_auth_methods_supported",
        &[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ],
    );
    assert_eq!(oidc["authorization_response_iss_parameter_supported"], true);
    assert_eq!(oidc["claims_parameter_supported"], true);
    assert_eq!(oidc["request_parameter_supported"], true);
    assert_eq!(oidc["require_pushed_authorization_requests"], false);
    let algs = ["RS256", "PS256", "ES256", "EdDSA"];
    assert_set(&oidc, "request_object_signing_alg_values_supported", &algs);
    assert_eq!(oidc["backchannel_logout_supported"], true);
    assert_eq!(oidc["backchannel_logout_session_supported"], true);
    assert_eq!(oidc["request_uri_parameter_supported"], true);
    assert_eq!(oidc["require_request_uri_registration"], true);
    let scopes = "openid profile email address phone offline_access";
    let claims = "sub iss auth_time acr amr email name address";
    for (member, least) in [("scopes_supported", scopes), ("claims_supported", claims)] {
        let listed = oidc[member].as_array().expect(member);
        for name in least.split(' ') {
            assert!(listed.contains(&json!(name)), "{name}");
        }
    }
    for (member, value) in oauth.as_object().expect("an object") {
        assert_eq!(
            &oidc[member], value,
            "{member} differs between the documents"
        );
    }
}

async fn rfc_8414_2_1_metadata_can_be_had_signed(stack: &Stack) {
    for path in PATHS {
        let document = document(stack, path).await;
        let signed = document["signed_metadata"].as_str().expect("a JWT");
        let claims = crate::jarm::verified(stack, signed).await;
        assert_eq!(claims["iss"], document["issuer"]);
        // The signed metadata equals the members, without `signed_metadata` itself.
        let mut plain = document.clone();
        plain
            .as_object_mut()
            .expect("an object")
            .remove("signed_metadata");
        plain["iss"] = document["issuer"].clone();
        assert_eq!(claims, plain);
        // The JWT alone is returned on request.
        let agent = UserAgent::new();
        let request = agent.http().get(stack.at(path));
        let page = agent
            .send(request.header("accept", "application/jwt"))
            .await;
        assert_eq!(page.media_type(), "application/jwt", "{}", page.dump());
        assert_eq!(page.text(), signed, "signed once and cached");
        assert_eq!(page.header("vary"), Some("Accept"));
    }
}

async fn conditional(stack: &Stack, path: &str, tags: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at(path));
    agent.send(request.header("if-none-match", tags)).await
}

fn etag(page: &Page) -> String {
    page.header("etag").expect("an entity tag").to_owned()
}

async fn rfc_9110_13_1_2_known_documents_are_not_sent_again(stack: &Stack) {
    let agent = UserAgent::new();
    for path in [PATHS[0], PATHS[1], "/oauth2/jwks", "/api/openapi.json"] {
        let page = agent.get(stack.at(path)).await;
        let tag = etag(&page);
        assert!(tag.starts_with('"'), "{path}: {tag}");
        for tags in [tag.clone(), format!("\"a\", W/{tag}"), "*".to_owned()] {
            let same = conditional(stack, path, &tags).await;
            assert_eq!(same.status, 304, "{path} {tags}: {}", same.dump());
            assert_eq!(same.text(), "");
            // RFC 9110 §15.4.5.
            for name in [
                "etag",
                "cache-control",
                "vary",
                "access-control-allow-origin",
            ] {
                assert_eq!(same.header(name), page.header(name), "{path} {name}");
            }
        }
        let other = conditional(stack, path, "\"a\"").await;
        assert_eq!((other.status, other.text()), (200, page.text()), "{path}");
        if path != "/api/openapi.json" {
            let head = agent.send(agent.http().head(stack.at(path))).await;
            assert_eq!((head.status, etag(&head)), (200, tag), "{path}");
            assert_eq!(head.text(), "");
        }
    }
}

async fn new_scope_changes_discovery_only(stack: &Stack) {
    let agent = UserAgent::new();
    let tags = async || {
        stack.clear_caches();
        let discovery = agent.get(stack.at(PATHS[0])).await;
        let jwks = agent.get(stack.at("/oauth2/jwks")).await;
        (etag(&discovery), etag(&jwks))
    };
    let before = tags().await;
    assert_eq!(tags().await, before);
    let db = stack.db().await;
    let scope = ScopeEntry {
        name: "reports:read".to_owned(),
        description: "Read reports".to_owned(),
        audience: None,
        created_at: 0,
    };
    let tx = db.begin_write().await.expect("a transaction");
    repo::scopes::upsert(&tx, &scope).await.expect("stored");
    tx.commit().await.expect("committed");
    let after = tags().await;
    assert_ne!(after.0, before.0);
    assert_eq!(after.1, before.1);
    let listed = document(stack, PATHS[0]).await;
    let scopes = listed["scopes_supported"].as_array().expect("scopes");
    assert!(scopes.contains(&json!("reports:read")));
}

async fn listed_endpoints_respond(stack: &Stack) {
    let document = document(stack, PATHS[0]).await;
    let agent = UserAgent::new();
    for (member, value) in document.as_object().expect("an object") {
        if member.ends_with("_endpoint") || member.ends_with("_uri") {
            let page = agent.get(value.as_str().expect("an address")).await;
            assert_ne!(page.status, 404, "{member}");
            assert!(page.status < 500, "{member}: {}", page.dump());
        }
    }
}

async fn missing_features_are_not_listed(stack: &Stack) {
    let document = document(stack, PATHS[0]).await;
    for member in ["registration_endpoint", "check_session_iframe"] {
        assert!(
            document
                .get(member)
                .is_none_or(|value| *value == json!(false)),
            "{member} is listed"
        );
    }
}

async fn jwks_contains_public_keys_with_cache_times(stack: &Stack) {
    let page = UserAgent::new().get(stack.at("/oauth2/jwks")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json", "{}", page.dump());
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (
            "application/json, application/jwk-set+json",
            "application/json",
        ),
        ("application/jwk-set+json;q=0", "application/json"),
        ("text/html", "application/json"),
        ("application/jwk-set+json", "application/jwk-set+json"),
        (
            "application/jwk-set+json, */*;q=0.1",
            "application/jwk-set+json",
        ),
    ] {
        let agent = UserAgent::new();
        let request = agent.http().get(stack.at("/oauth2/jwks"));
        let page = agent.send(request.header("accept", accept)).await;
        assert_eq!(page.media_type(), expected, "{accept}");
        assert_eq!(
            page.header("vary").map(str::to_ascii_lowercase).as_deref(),
            Some("accept")
        );
    }
    let control = page.header("cache-control").expect("cache-control");
    assert!(
        control.contains("max-age=") && !control.contains("no-store"),
        "{control}"
    );
    assert_eq!(page.header("access-control-allow-origin"), Some("*"));
    let document = page.json();
    let keys = document["keys"].as_array().expect("keys");
    assert!(!keys.is_empty());
    let mut kids = Vec::new();
    let mut algs = Vec::new();
    for key in keys {
        assert_eq!(key["use"], "sig");
        let alg = key["alg"].as_str().expect("alg").to_owned();
        let kty = match alg.as_str() {
            "ES256" => "EC",
            "EdDSA" => "OKP",
            _ => "RSA",
        };
        assert_eq!(key["kty"], kty, "{alg}");
        if kty == "RSA" {
            // 2048 bits are 256 bytes, in base64url at least 342 characters.
            assert!(key["n"].as_str().expect("n").len() >= 342);
        }
        algs.push(alg);
        kids.push(key["kid"].as_str().expect("kid"));
        let members: Vec<&String> = key.as_object().expect("a JWK").keys().collect();
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(
                !members.contains(&&private.to_owned()),
                "the private member {private} is published"
            );
        }
    }
    algs.sort();
    assert_eq!(algs, ["ES256", "EdDSA", "PS256", "RS256"]);
    kids.sort_unstable();
    kids.dedup();
    assert_eq!(kids.len(), keys.len(), "each key has its own kid");
}
