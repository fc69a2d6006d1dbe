//! Access control: tokens, permissions and scopes.

use doorward_resource_server::routes;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, NOW, header, problem};
use crate::issuer::{forge_claims, sign_claims};

#[actix_web::test]
async fn rfc_9728_5_1_every_guarded_route_answers_401_without_token() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let table = routes(true);
    let guarded: Vec<_> = table
        .list()
        .filter(|route| route.requirement.is_some())
        .collect();
    assert_eq!(
        guarded.len(),
        4 * 32 + 3 + 5,
        "four doors to the same routes, the audit log, decisions, and AuthZEN"
    );
    for route in guarded {
        let path = route
            .path
            .replace("{id}", "0190163d-8694-739b-aea5-966c26f8ad91");
        let response = fixture.request(route.method.as_str().parse().unwrap(), &path);
        // Even with an invalid JSON body: an unauthenticated caller learns nothing about it.
        let response = response.body("{").send().await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::UNAUTHORIZED,
            "{} {path}",
            route.method
        );
        let challenge = header(&response, "www-authenticate").to_owned();
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        // RFC 6750 §3.1: no error code without a token.
        assert!(!challenge.contains("error"), "{challenge}");
        let metadata = format!("{}/.well-known/oauth-protected-resource", fixture.url);
        assert!(
            challenge.contains(&format!("resource_metadata=\"{metadata}\"")),
            "{challenge}"
        );
        problem(response, 401).await;
    }
}

#[actix_web::test]
async fn each_api_route_answers_with_and_without_slash() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let user = fixture.person("alice", DEVELOPER);
    for route in routes(true).list() {
        let path = route
            .path
            .replace("{id}", "0190163d-8694-739b-aea5-966c26f8ad91");
        if !path.starts_with("/api/") {
            continue;
        }
        let other = path
            .strip_suffix('/')
            .map_or_else(|| format!("{path}/"), str::to_owned);
        let mut statuses = Vec::new();
        for path in [&path, &other] {
            let method: Method = route.method.as_str().parse().unwrap();
            let response = user.request(method, path).body("{}").send().await.unwrap();
            let status = response.status();
            // A missing route and a missing record both return 404; their texts differ.
            let body = response.json::<Value>().await.unwrap_or_default();
            statuses.push((status, body["detail"].clone()));
            let anonymous = fixture.request(route.method.as_str().parse().unwrap(), path);
            let anonymous = anonymous.send().await.unwrap().status();
            let expected = if route.requirement.is_some() {
                401
            } else {
                200
            };
            assert_eq!(anonymous.as_u16(), expected, "{} {path}", route.method);
        }
        assert_eq!(statuses[0], statuses[1], "{} {path}", route.method);
    }
}

/// A function that creates a token from valid claims.
type Make = fn(Value) -> String;

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

#[rstest]
#[case::foreign_key(|c: Value| forge_claims(&c))]
#[case::id_token(|c: Value| sign_claims("JWT", &c))]
#[case::issuer(|c: Value| sign_claims("at+jwt", &with(&c, "iss", json!("https://evil.example"))))]
#[case::audience(|c: Value| sign_claims("at+jwt", &with(&c, "aud", json!("https://other.example"))))]
#[case::expired(|c: Value| sign_claims("at+jwt", &with(&c, "exp", json!(NOW - 61))))]
#[case::not_yet(|c: Value| sign_claims("at+jwt", &with(&c, "nbf", json!(NOW + 61))))]
#[case::no_subject(|c: Value| sign_claims("at+jwt", &with(&c, "sub", json!(null))))]
#[case::unsigned(|c: Value| {
    let token = sign_claims("at+jwt", &c);
    format!("{}.", token.rsplit_once('.').unwrap().0)
})]
#[case::nonsense(|_| "abc".to_owned())]
#[actix_web::test]
async fn bad_token_is_401_invalid_token(#[case] make: Make) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let scope = "tasks:read";
    let claims = fixture
        .issuer
        .access_claims(&fixture.audience(), "alice", DEVELOPER, scope, NOW);
    let good = sign_claims("at+jwt", &claims);
    for (token, expected) in [(good, 200), (make(claims), 401)] {
        let request = fixture
            .request(Method::GET, "/api/tasks/")
            .bearer_auth(token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected);
        if expected == 401 {
            let challenge = header(&response, "www-authenticate");
            assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        }
    }
}

#[actix_web::test]
async fn cached_token_is_valid_until_expiry() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    assert_eq!(alice.get("/api/tasks/").await.status(), StatusCode::OK);
    fixture.clock.advance(359);
    assert_eq!(alice.get("/api/tasks/").await.status(), StatusCode::OK);
    fixture.clock.advance(2);
    assert_eq!(
        alice.get("/api/tasks/").await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[rstest]
#[case::read(Method::GET, "tasks:read", "tasks:write tasks:delete")]
#[case::write(Method::POST, "tasks:write", "tasks:read tasks:delete")]
#[case::delete(
    Method::DELETE,
    "tasks:delete",
    "tasks:read tasks:write tasks:delete_all"
)]
#[actix_web::test]
async fn missing_permission_or_scope_is_403_with_reason(
    #[case] method: Method,
    #[case] needed: &str,
    #[case] others: &str,
) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let path = if method == Method::DELETE {
        "/api/tasks/0190163d-8694-739b-aea5-966c26f8ad91"
    } else {
        "/api/tasks/"
    };
    let without = fixture.person("alice", others);
    let body = problem(
        without
            .send(method.clone(), path, json!({"title": "t"}))
            .await,
        403,
    )
    .await;
    let reason = &body["reasons"][0];
    assert_eq!(reason["code"], "missing_entitlement");
    assert_eq!(reason["permission"], needed);
    assert!(body["decision_id"].is_string());

    let audience = fixture.audience();
    let claims = fixture
        .issuer
        .access_claims(&audience, "alice", needed, "openid", NOW);
    let narrow = fixture
        .request(method, path)
        .bearer_auth(sign_claims("at+jwt", &claims));
    let response = narrow.json(&json!({"title": "t"})).send().await.unwrap();
    let challenge = header(&response, "www-authenticate").to_owned();
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(
        challenge.contains(&format!("scope=\"{needed}\"")),
        "{challenge}"
    );
    let body = problem(response, 403).await;
    let reason = &body["reasons"][0];
    assert_eq!(reason["code"], "missing_scope");
    assert_eq!(reason["scope"], needed);
}

#[actix_web::test]
async fn public_routes_have_safe_headers() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    for path in ["", "/api"] {
        let path = format!("/.well-known/oauth-protected-resource{path}");
        let metadata: Value = fixture.get(&path).await.json().await.unwrap();
        assert_eq!(metadata["resource"], json!(fixture.audience()));
        assert_eq!(
            metadata["authorization_servers"],
            json!([fixture.issuer.url()])
        );
        assert_eq!(metadata["bearer_methods_supported"], json!(["header"]));
    }
    let other = fixture
        .get("/.well-known/oauth-protected-resource/other")
        .await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);

    assert_eq!(fixture.get("/livez").await.status(), StatusCode::OK);
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert_eq!(
        ready,
        json!({"status": "ok", "database": "ok", "files": "ok", "threads": "ok", "issuer_keys": "ok"})
    );

    for path in ["/livez", "/api/tasks/", "/nowhere", "/web/", "/web/nowhere"] {
        let response = fixture.get(path).await;
        assert_eq!(
            header(&response, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(header(&response, "x-frame-options"), "DENY", "{path}");
        assert_eq!(
            header(&response, "referrer-policy"),
            "no-referrer",
            "{path}"
        );
        assert_eq!(header(&response, "cache-control"), "no-store", "{path}");
        let csp = header(&response, "content-security-policy");
        assert!(csp.starts_with("default-src 'none'"), "{path}: {csp}");
        assert!(!csp.contains("unsafe"), "{path}: {csp}");
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            "",
            "{path}"
        );
    }
}

#[actix_web::test]
async fn unavailable_issuer_denies_access_with_reason() {
    let issuer = crate::issuer::Issuer::start().await;
    let fixture = Fixture::start_with(Backend::Sqlite, issuer).await;
    fixture.issuer.stop_responding().await;
    let alice = fixture.person("alice", DEVELOPER);
    let response = alice.get("/api/tasks/").await;
    assert!(!header(&response, "retry-after").is_empty());
    problem(response, 503).await;
    let ready: Value = fixture.get("/readyz").await.json().await.unwrap();
    assert_eq!(
        ready,
        json!({
            "status": "ok", "database": "ok", "files": "ok", "threads": "ok",
            "issuer_keys": "unavailable"
        })
    );
}

#[actix_web::test]
async fn only_allowed_origins_call_api() {
    const OWN_ORIGIN: &str = "https://app.example.org";
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.allowed_origins = vec![OWN_ORIGIN.to_owned()];
    })
    .await;
    for (origin, allowed) in [
        (OWN_ORIGIN, true),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let asked = fixture
            .request(Method::OPTIONS, "/api/tasks/")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            );
        let preflight = asked.send().await.unwrap();
        let status = if allowed { 204 } else { 405 };
        assert_eq!(preflight.status(), status, "{origin}");
        let refused = fixture
            .request(Method::GET, "/api/tasks/")
            .header("origin", origin);
        let refused = refused.send().await.unwrap();
        assert_eq!(refused.status(), 401);
        for answer in [&preflight, &refused] {
            let expected = if allowed { origin } else { "" };
            assert_eq!(header(answer, "access-control-allow-origin"), expected);
            assert_eq!(header(answer, "access-control-allow-credentials"), "");
            assert!(header(answer, "vary").contains("Origin"));
        }
    }
}

#[test]
fn config_rejects_wildcard_origins() {
    for origin in [
        "*",
        "https://*.example.org",
        "http://app.example.org",
        "https://a.b/",
    ] {
        let mut config = doorward_resource_server::Config::new(
            "sqlite::memory:",
            "https://id.example.org",
            "https://tasks.example.org/api",
            "https://tasks.example.org",
        );
        assert!(config.check().is_ok());
        config.allowed_origins = vec![origin.to_owned()];
        let error = config.check().unwrap_err();
        assert_eq!(error.key, "allowed_origins", "{origin}");
    }
}
