//! Tests of `private_key_jwt` (RFC 7523 §2.2 and §3, RFC 7521 §4.2, OIDC Core §9): the same at
//! every endpoint for clients, each rejection `invalid_client`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AssertionAudience, Client};
use doorward_protocol::client_auth::{ClientAuthMethod, JWT_BEARER};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Page, Stack, UserAgent, agent, both_backends, flows, flows_with};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::support::{assert_oauth_error, tokens, unless_busy};
use crate::support_keys::{KeyServer, TestKey};

both_backends!(assertion_is_used_once_among_64_in_parallel,);
flows!(
    assertion_of_each_algorithm_authenticates,
    rfc_7523_3_each_wrong_claim_is_invalid_client,
    rfc_7523_3_foreign_or_unsigned_signature_is_invalid_client,
    rfc_7521_4_2_parameters_of_assertion,
    rfc_6749_2_3_only_registered_method_is_accepted,
    rfc_7662_2_3_assertion_errors_at_introspect_and_revoke,
    core_9_audience_follows_setting_at_every_endpoint,
);
const ISSUER_ONLY: &[(&str, &str)] = &[("DOORWARD__CLIENTS__ASSERTION_AUDIENCE", "issuer")];
flows_with!(
    ISSUER_ONLY;
    issuer_only_audience_follows_setting,
);
const LOCAL_JWKS: &[(&str, &str)] = &[("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8")];
flows_with!(
    LOCAL_JWKS;
    keys_are_fetched_and_refetched_after_change,
    unknown_key_causes_single_fetch_per_interval,
    hanging_host_delays_one_request,
);
const KEYS_WITH_LIMITS: &[(&str, &str)] = &[LOCAL_JWKS[0], ("DOORWARD__LIMITS__MULTIPLIER", "1")];
flows_with!(KEYS_WITH_LIMITS; new_key_works_five_seconds_after_publication);
flows!(address_inside_is_never_fetched);

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Returns valid claims of the service with a unique `jti`.
fn claims(stack: &Stack) -> Value {
    let now = stack.clock.now();
    let id = &stack.seed.service.id;
    let jti = format!("jti-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    json!({ "iss": id, "sub": id, "aud": stack.issuer(), "jti": jti, "iat": now, "exp": now + 60 })
}

async fn register(stack: &Stack, change: impl FnOnce(&mut Client)) {
    stack
        .change_client(&stack.seed.service.id, |client| {
            client.auth_method = ClientAuthMethod::PrivateKeyJwt.into();
            change(client);
        })
        .await;
}

async fn post(stack: &Stack, path: &str, fields: &[(&str, &str)]) -> Page {
    let agent = UserAgent::new();
    let request = agent
        .http()
        .post(stack.at(path))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(fields.to_vec()));
    agent.send(request).await
}

async fn ask(stack: &Stack, assertion: &str) -> Page {
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    post(stack, "/oauth2/token", &fields).await
}

async fn assertion_of_each_algorithm_authenticates(stack: &Stack) {
    let keys = ["RS256", "PS256", "ES256", "EdDSA"].map(|alg| TestKey::new(alg, alg));
    register(stack, |client| client.jwks = Some(TestKey::set(&keys))).await;
    let document = UserAgent::new()
        .get(stack.at("/.well-known/openid-configuration"))
        .await
        .json();
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = &document[format!("{endpoint}_endpoint_auth_methods_supported")];
        assert!(
            methods
                .as_array()
                .unwrap()
                .contains(&json!("private_key_jwt"))
        );
        let algs = &document[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")];
        assert_eq!(*algs, json!(["RS256", "PS256", "ES256", "EdDSA"]));
    }
    for key in &keys {
        for typ in [None, Some("JWT"), Some("client-authentication+jwt")] {
            tokens(&ask(stack, &key.sign(typ, &claims(stack))).await);
        }
    }
}

async fn rfc_7523_3_each_wrong_claim_is_invalid_client(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    register(stack, |client| client.jwks = Some(key.jwks())).await;
    let now = stack.clock.now();
    let issuer = stack.issuer();
    for (name, value) in [
        ("iss", json!(null)),
        ("iss", json!("web-app")),
        ("aud", json!(null)),
        ("aud", json!([issuer])),
        ("aud", json!([issuer, "https://other.example"])),
        ("aud", json!([format!("{issuer}/oauth2/token")])),
        ("aud", json!(format!("{issuer}/"))),
        ("aud", json!(format!("{issuer}/oauth2/introspect"))),
        ("aud", json!("https://other.example/oauth2/token")),
        ("exp", json!(null)),
        ("exp", json!(now)),
        ("exp", json!(now + 3661)),
        ("exp", json!("tomorrow")),
        ("nbf", json!(now + 120)),
        ("iat", json!(now + 120)),
        ("iat", json!(now - 7200)),
        ("jti", json!(null)),
        ("jti", json!("")),
    ] {
        let mut claims = claims(stack);
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        let page = ask(stack, &key.sign(None, &claims)).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    // The subject selects the client whose keys verify the assertion.
    let mut other = claims(stack);
    other["sub"] = json!("web-app");
    let page = ask(stack, &key.sign(None, &other)).await;
    assert_oauth_error(&page, 401, "invalid_client");
    // The assertion is valid until its expiry.
    tokens(&ask(stack, &key.sign(None, &claims(stack))).await);
}

async fn rfc_7523_3_foreign_or_unsigned_signature_is_invalid_client(stack: &Stack) {
    let key = TestKey::new("RS256", "one");
    register(stack, |client| client.jwks = Some(key.jwks())).await;
    let anonymous_caller = TestKey::new("RS256", "one");
    let unknown = TestKey::new("RS256", "two");
    let good = key.sign(None, &claims(stack));
    let (body, _) = good.rsplit_once('.').unwrap();
    let none = TestKey::unsigned(&claims(stack));
    for assertion in [
        anonymous_caller.sign(None, &claims(stack)),
        unknown.sign(None, &claims(stack)),
        key.sign(Some("at+jwt"), &claims(stack)),
        key.sign(Some("oauth-authz-req+jwt"), &claims(stack)),
        format!("{body}."),
        format!("{body}.AAAA"),
        format!("{good}.x.y"),
        none,
    ] {
        let page = ask(stack, &assertion).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    tokens(&ask(stack, &good).await);
}

/// The form fields, with the expected status and error.
type Case<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);

async fn rfc_7521_4_2_parameters_of_assertion(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    register(stack, |client| client.jwks = Some(key.jwks())).await;
    let grant = ("grant_type", "client_credentials");
    let assertion = key.sign(None, &claims(stack));
    let sent = ("client_assertion", assertion.as_str());
    let kind = ("client_assertion_type", JWT_BEARER);
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let cases: [Case<'_>; 5] = [
        (&[grant, sent], 400, "invalid_request"),
        (&[grant, kind], 400, "invalid_request"),
        (
            &[grant, sent, ("client_assertion_type", saml)],
            401,
            "invalid_client",
        ),
        (
            &[grant, sent, kind, ("client_id", "web-app")],
            401,
            "invalid_client",
        ),
        (&[grant, sent, sent, kind], 400, "invalid_request"),
    ];
    for (fields, status, code) in cases {
        let page = post(stack, "/oauth2/token", fields).await;
        assert_oauth_error(&page, status, code);
    }
    let id = ("client_id", stack.seed.service.id.as_str());
    tokens(&post(stack, "/oauth2/token", &[grant, sent, kind, id]).await);
}

async fn rfc_6749_2_3_only_registered_method_is_accepted(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    let client = &stack.seed.service;
    // A client registered for a secret: a valid assertion is rejected.
    stack
        .change_client(&client.id, |client| client.jwks = Some(key.jwks()))
        .await;
    let page = ask(stack, &key.sign(None, &claims(stack))).await;
    assert_oauth_error(&page, 401, "invalid_client");
    // A client registered for assertions: the secret is rejected, alone or beside one.
    register(stack, |_| ()).await;
    let fields = [("grant_type", "client_credentials")];
    assert_oauth_error(&stack.token(client, &fields).await, 401, "invalid_client");
    let assertion = key.sign(None, &claims(stack));
    let both = [
        fields[0],
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
    ];
    assert_oauth_error(&stack.token(client, &both).await, 400, "invalid_request");
    let secret = client.secret.as_deref().unwrap();
    let in_body = [&both[..], &[("client_secret", secret)]].concat();
    let page = post(stack, "/oauth2/token", &in_body).await;
    assert_oauth_error(&page, 400, "invalid_request");
}

async fn assertion_is_used_once_among_64_in_parallel(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    register(stack, |client| client.jwks = Some(key.jwks())).await;
    let trial = Trial::new("R5", "assertion");
    let rounds = trial.size(1, 2_000);
    let mut assertion = String::new();
    for _ in 0..rounds {
        assertion = key.sign(None, &claims(stack));
        let ask = async || ask(stack, &assertion).await;
        let pages = join_all((0..64).map(|_| unless_busy(&ask))).await;
        let (good, refused): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 200);
        assert_eq!(good.len(), 1);
        for page in refused {
            assert_oauth_error(page, 401, "invalid_client");
        }
    }
    trial.done(json!({ "rounds": rounds, "at_once": 64, "succeeded": rounds }));
    // The same `jti` at another endpoint, with a new signature.
    let mut again = claims(stack);
    again["jti"] = doorward_testkit::jwt::claims(&assertion)["jti"].clone();
    let again = key.sign(None, &again);
    let fields = [
        ("token", "x"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", again.as_str()),
    ];
    let page = post(stack, "/oauth2/revoke", &fields).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn rfc_7662_2_3_assertion_errors_at_introspect_and_revoke(stack: &Stack) {
    let key = TestKey::new("EdDSA", "one");
    register(stack, |client| client.jwks = Some(key.jwks())).await;
    let issued = tokens(&ask(stack, &key.sign(None, &claims(stack))).await);
    let token = issued["access_token"].as_str().unwrap();
    for (active, path) in [
        (json!(true), "/oauth2/introspect"),
        (Value::Null, "/oauth2/revoke"),
        (json!(false), "/oauth2/introspect"),
    ] {
        let mut wrong = claims(stack);
        // Only pushed requests and CIBA accept their own endpoint as the audience.
        wrong["aud"] = json!(stack.at(path));
        let assertion = key.sign(None, &wrong);
        let mut fields = [
            ("token", token),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ];
        let page = post(stack, path, &fields).await;
        assert_oauth_error(&page, 401, "invalid_client");
        let assertion = key.sign(None, &claims(stack));
        fields[2].1 = &assertion;
        let page = post(stack, path, &fields).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(page.json()["active"], active, "{path}");
    }
}

/// Sends an assertion with this audience to an endpoint.
async fn with_audience(stack: &Stack, key: &TestKey, path: &str, aud: &str) -> Page {
    let mut claims = claims(stack);
    claims["aud"] = json!(aud);
    let assertion = key.sign(None, &claims);
    let redirect = stack.seed.service.redirect_uri.as_str();
    let fields = [
        ("grant_type", "client_credentials"),
        ("token", "x"),
        ("response_type", "code"),
        ("redirect_uri", redirect),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
    ];
    post(stack, path, &fields).await
}

/// Checks the accepted audiences (I2, C2; OIDC Core §9, RFC 9126 §2); only the issuer if the client
/// is configured so.
async fn core_9_audience_follows_setting_at_every_endpoint(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    let token = stack.at("/oauth2/token");
    let accepts = async |path: &str, aud: &str| {
        let page = with_audience(stack, &key, path, aud).await;
        let rejected = page.member("error").as_deref() == Some("invalid_client");
        if rejected {
            let error = page.member("error_description").unwrap();
            let both = error.contains(stack.issuer()) && error.contains(&format!("got {aud}"));
            assert!(both, "must name expected and received audience: {error}");
        }
        !rejected
    };
    for setting in [None, Some(AssertionAudience::IssuerOrEndpoint)] {
        register(stack, |client| {
            client.jwks = Some(key.jwks());
            client.assertion_audience = setting;
        })
        .await;
        for path in [
            "/oauth2/token",
            "/oauth2/revoke",
            "/oauth2/introspect",
            "/oauth2/par",
        ] {
            assert!(accepts(path, stack.issuer()).await, "{path}");
            assert!(accepts(path, &token).await, "{path}");
            let named = ["/oauth2/token", "/oauth2/par"].contains(&path);
            assert_eq!(accepts(path, &stack.at(path)).await, named, "{path}");
            assert!(!accepts(path, "https://other.example").await, "{path}");
        }
    }
    register(stack, |client| {
        client.assertion_audience = Some(AssertionAudience::Issuer);
    })
    .await;
    for path in [
        "/oauth2/token",
        "/oauth2/revoke",
        "/oauth2/introspect",
        "/oauth2/par",
    ] {
        assert!(accepts(path, stack.issuer()).await, "{path}");
        assert!(!accepts(path, &token).await, "{path}");
        assert!(!accepts(path, &stack.at(path)).await, "{path}");
    }
}

async fn issuer_only_audience_follows_setting(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    register(stack, |client| client.jwks = Some(key.jwks())).await;
    let token = stack.at("/oauth2/token");
    let page = with_audience(stack, &key, "/oauth2/token", &token).await;
    assert_oauth_error(&page, 401, "invalid_client");
    tokens(&with_audience(stack, &key, "/oauth2/token", stack.issuer()).await);
    // The client's own setting takes precedence.
    register(stack, |client| {
        client.assertion_audience = Some(AssertionAudience::IssuerOrEndpoint);
    })
    .await;
    tokens(&with_audience(stack, &key, "/oauth2/token", &token).await);
}

async fn keys_are_fetched_and_refetched_after_change(stack: &Stack) {
    let (old, new) = (TestKey::new("ES256", "old"), TestKey::new("ES256", "new"));
    let server = Arc::new(KeyServer::start(old.jwks()).await);
    register(stack, |client| client.jwks_uri = Some(server.url())).await;
    for _ in 0..3 {
        tokens(&ask(stack, &old.sign(None, &claims(stack))).await);
    }
    assert_eq!(server.visits(), 1, "fetched once and cached");
    // An unknown key causes an immediate fetch.
    server.serve(new.jwks());
    stack.clock.advance(40);
    tokens(&ask(stack, &new.sign(None, &claims(stack))).await);
    assert_eq!(server.visits(), 2);
    // The replaced key is rejected.
    stack.clock.advance(40);
    let page = ask(stack, &old.sign(None, &claims(stack))).await;
    assert_oauth_error(&page, 401, "invalid_client");
    // While the address returns invalid content, the last valid keys stay.
    server.serve("<html>".to_owned());
    stack.clock.advance(2 * 3600);
    tokens(&ask(stack, &new.sign(None, &claims(stack))).await);
    // But not forever.
    stack.clock.advance(26 * 3600);
    let page = ask(stack, &new.sign(None, &claims(stack))).await;
    assert_oauth_error(&page, 401, "invalid_client");
    let answer = page.dump();
    assert!(
        !answer.contains(&server.url()),
        "{answer} reveals the address"
    );
}

async fn unknown_key_causes_single_fetch_per_interval(stack: &Stack) {
    let (known, unknown) = (TestKey::new("ES256", "a"), TestKey::new("ES256", "b"));
    let server = KeyServer::start(known.jwks()).await;
    register(stack, |client| client.jwks_uri = Some(server.url())).await;
    tokens(&ask(stack, &known.sign(None, &claims(stack))).await);
    let attempts = (0..32).map(|_| async {
        let page = ask(stack, &unknown.sign(None, &claims(stack))).await;
        assert_oauth_error(&page, 401, "invalid_client");
    });
    join_all(attempts).await;
    assert_eq!(server.visits(), 1, "the keys were fetched just before");
    stack.clock.advance(4);
    ask(stack, &unknown.sign(None, &claims(stack))).await;
    assert_eq!(server.visits(), 1, "not within five seconds");
    stack.clock.advance(1);
    for _ in 0..8 {
        let page = ask(stack, &unknown.sign(None, &claims(stack))).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    assert_eq!(server.visits(), 2);
}

async fn new_key_works_five_seconds_after_publication(stack: &Stack) {
    let (old, new) = (TestKey::new("ES256", "a"), TestKey::new("ES256", "b"));
    let server = KeyServer::start(old.jwks()).await;
    register(stack, |client| client.jwks_uri = Some(server.url())).await;
    tokens(&ask(stack, &old.sign(None, &claims(stack))).await);
    server.serve(new.jwks());
    stack.clock.advance(5);
    tokens(&ask(stack, &new.sign(None, &claims(stack))).await);
    // The number of fetches for unknown keys is limited per ten minutes.
    for _ in 0..40 {
        stack.clock.advance(5);
        ask(stack, &old.sign(None, &claims(stack))).await;
    }
    assert_eq!(server.visits(), 1 + 30);
}

/// Checks that the others use the known keys, and that none of them tries the host again at once.
async fn hanging_host_delays_one_request(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    let server = KeyServer::start(key.jwks()).await;
    register(stack, |client| client.jwks_uri = Some(server.url())).await;
    let request = async || {
        tokens(&ask(stack, &key.sign(None, &claims(stack))).await);
    };
    request().await;
    server.serve(String::new());
    stack.clock.advance(2 * 3600);
    let others = async {
        while server.visits() < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stack.clock.advance(10);
        join_all((0..4).map(|_| request())).await;
        assert_eq!(server.visits(), 2, "the first request still waits");
    };
    join(request(), others).await;
    request().await;
    assert_eq!(server.visits(), 2, "the attempt has just failed");
}

/// Checks that a `jwks_uri` on this machine or inside the network is not fetched unless allowed.
async fn address_inside_is_never_fetched(stack: &Stack) {
    let key = TestKey::new("ES256", "one");
    let server = KeyServer::start(key.jwks()).await;
    for address in [
        server.url(),
        server.url().replace("127.0.0.1", "localhost"),
        "https://169.254.169.254/jwks".to_owned(),
    ] {
        register(stack, |client| client.jwks_uri = Some(address)).await;
        let page = ask(stack, &key.sign(None, &claims(stack))).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    assert_eq!(server.visits(), 0);
}
