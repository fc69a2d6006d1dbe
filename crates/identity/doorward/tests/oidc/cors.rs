//! Tests of CORS: the origins whose scripts may read responses (CVE-2026-37977).

use std::time::Duration;

use doorward_domain::model::ClientId;
use doorward_store::repo;
use doorward_testkit::stack::METRICS;
use doorward_testkit::{Page, Stack, UserAgent, agent, both_backends, both_backends_with, flows};
use serde_json::json;

use crate::registration;
use crate::support::{code, sign_in, text};

both_backends!(origin_of_many_clients_follows_active_one,);
flows!(
    only_registered_origins_may_ask,
    cors_allows_origins_of_requesting_client,
    error_without_client_is_readable_by_registered_origins,
    public_client_allows_origins_of_redirect_uris,
    unregistered_origins_are_not_allowed,
    public_documents_allow_all_origins_and_pages_none,
    rfc_7591_3_script_of_any_origin_registers_its_client,
);

const MEASURED: &[(&str, &str)] = &[METRICS];
both_backends_with!(MEASURED; preflight_reads_few_rows_of_many_clients);

const APP: &str = "https://app.example";
const OTHER_ORIGIN: &str = "https://other.example";
/// Unregistered origins.
const UNREGISTERED_ORIGINS: [&str; 6] = [
    "https://evil.example",
    "https://app.example.evil.example",
    "https://app.example:444",
    "http://app.example",
    "https://APP.example",
    "null",
];
const ENDPOINTS: [(&str, &str); 3] = [
    ("/oauth2/token", "POST"),
    ("/oauth2/revoke", "POST"),
    ("/oauth2/userinfo", "GET"),
];

async fn register(stack: &Stack) {
    for (client, origin) in [(&stack.seed.web, APP), (&stack.seed.post, OTHER_ORIGIN)] {
        let list = vec![origin.to_owned()];
        stack
            .change_client(&client.id, |client| client.allowed_origins = list)
            .await;
    }
}

/// Returns the origin that may read a response; asserts that cookies are never allowed and that
/// caches vary by origin.
#[track_caller]
fn reader(page: &Page) -> Option<&str> {
    let credentials = page.header("access-control-allow-credentials");
    assert_eq!(credentials, None, "{}", page.dump());
    let varies = page.headers.get_all("vary").iter();
    assert!(
        varies.into_iter().any(|it| it == "Origin"),
        "{}",
        page.dump()
    );
    page.header("access-control-allow-origin")
}

async fn preflight(stack: &Stack, path: &str, origin: &str, method: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent
        .http()
        .request(reqwest::Method::OPTIONS, stack.at(path))
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization");
    agent.send(request).await
}

async fn only_registered_origins_may_ask(stack: &Stack) {
    register(stack).await;
    for (path, method) in ENDPOINTS {
        for origin in [APP, OTHER_ORIGIN] {
            let page = preflight(stack, path, origin, method).await;
            assert_eq!(page.status, 204, "{}", page.dump());
            assert_eq!(reader(&page), Some(origin), "{}", page.dump());
            let methods = page.header("access-control-allow-methods").unwrap();
            assert!(methods.contains(method), "{}", page.dump());
            let headers = page.header("access-control-allow-headers").unwrap();
            assert_eq!(headers, "Authorization, Content-Type, DPoP");
        }
        for origin in UNREGISTERED_ORIGINS {
            let page = preflight(stack, path, origin, method).await;
            assert_eq!(reader(&page), None, "{origin}: {}", page.dump());
        }
    }
    // Introspection is for servers only.
    let page = preflight(stack, "/oauth2/introspect", APP, "POST").await;
    assert_eq!(page.header("access-control-allow-origin"), None);
}

async fn posted(stack: &Stack, path: &str, origin: &str, fields: &[(&str, &str)]) -> Page {
    let agent = UserAgent::new();
    let client = &stack.seed.web;
    let request = client.request(agent.http(), &stack.at(path), fields);
    agent.send(request.header("origin", origin)).await
}

async fn userinfo(stack: &Stack, origin: &str, token: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    agent
        .send(request.bearer_auth(token).header("origin", origin))
        .await
}

async fn cors_allows_origins_of_requesting_client(stack: &Stack) {
    register(stack).await;
    let client = &stack.seed.web;
    let scope = "openid offline_access";
    for origin in UNREGISTERED_ORIGINS.iter().chain(&[OTHER_ORIGIN, APP]) {
        let expected = (*origin == APP).then_some(APP);
        let code = code(stack, client, scope).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", doorward_testkit::authorization::VERIFIER),
        ];
        let page = posted(stack, "/oauth2/token", origin, &fields).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(reader(&page), expected, "{}", page.dump());
        let tokens = page.json();
        let page = userinfo(stack, origin, &text(&tokens, "access_token")).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(reader(&page), expected, "{}", page.dump());
        if expected.is_some() {
            let readable = page.header("access-control-expose-headers").unwrap();
            assert!(readable.contains("WWW-Authenticate"), "{readable}");
        }
        // The client may read its error responses, too.
        let refused = posted(stack, "/oauth2/token", origin, &fields).await;
        assert_eq!(refused.status, 400, "{}", refused.dump());
        assert_eq!(reader(&refused), expected, "{}", refused.dump());
        let token = text(&tokens, "refresh_token");
        let page = posted(stack, "/oauth2/revoke", origin, &[("token", &token)]).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(reader(&page), expected, "{}", page.dump());
    }
    // Without an `Origin` header, no origin is returned, and `Vary` still names it.
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/oauth2/userinfo")).await;
    assert_eq!(reader(&page), None, "{}", page.dump());
}

/// The payload of an unsigned JWT, which may contain any claims.
const FORGED: &str =
    "eyJhbGciOiJub25lIn0.eyJhenAiOiJodHRwczovL2V2aWwuZXhhbXBsZSIsImNsaWVudF9pZCI6IndlYi1hcHAifQ.";

async fn error_without_client_is_readable_by_registered_origins(stack: &Stack) {
    register(stack).await;
    for (origin, expected) in [
        (APP, Some(APP)),
        (OTHER_ORIGIN, Some(OTHER_ORIGIN)),
        ("https://evil.example", None),
    ] {
        let page = userinfo(stack, origin, FORGED).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        assert_eq!(reader(&page), expected, "{}", page.dump());
        let agent = UserAgent::new();
        let fields = [("grant_type", "refresh_token"), ("client_id", "web-app")];
        let request = agent
            .http()
            .post(stack.at("/oauth2/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin)
            .body(agent::encode(fields));
        let page = agent.send(request).await;
        assert_eq!(page.status, 401, "{}", page.dump());
        assert_eq!(reader(&page), expected, "{}", page.dump());
    }
}

async fn public_client_allows_origins_of_redirect_uris(stack: &Stack) {
    let client = &stack.seed.native;
    let json = sign_in(stack, client, "openid").await;
    let token = text(&json, "access_token");
    for (origin, expected) in [
        ("http://127.0.0.1", true),
        ("http://127.0.0.1:8080", false),
        ("https://127.0.0.1", false),
    ] {
        let page = userinfo(stack, origin, &token).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(reader(&page), expected.then_some(origin), "{origin}");
    }
    // The registered `allowed_origins` replace the derived ones.
    let list = vec![APP.to_owned()];
    stack
        .change_client(&client.id, |client| client.allowed_origins = list)
        .await;
    assert_eq!(
        reader(&userinfo(stack, "http://127.0.0.1", &token).await),
        None
    );
    assert_eq!(reader(&userinfo(stack, APP, &token).await), Some(APP));
}

async fn unregistered_origins_are_not_allowed(stack: &Stack) {
    register(stack).await;
    stack.disable_client(&stack.seed.web.id).await;
    stack
        .change_client(&stack.seed.post.id, |client| client.allowed_origins.clear())
        .await;
    for origin in [APP, OTHER_ORIGIN] {
        let page = preflight(stack, "/oauth2/token", origin, "POST").await;
        assert_eq!(reader(&page), None, "{}", page.dump());
    }
}

/// Stores disabled clients with the origin of another one, before it in the order of the IDs.
async fn insert_disabled(stack: &Stack, id: &str, count: u32) {
    let db = stack.db().await;
    let id = ClientId::parse(id).unwrap();
    let client = repo::clients::find(db.read(), &id).await.unwrap().unwrap();
    let tx = db.begin_write().await.unwrap();
    for number in 0..count {
        let mut other = client.clone();
        other.id = ClientId::parse(&format!("a-{number:03}")).unwrap();
        other.disabled_at = Some(1);
        repo::clients::insert(&tx, &other).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn origin_of_many_clients_follows_active_one(stack: &Stack) {
    register(stack).await;
    let id = &stack.seed.web.id;
    // More than are asked for an active one.
    insert_disabled(stack, id, 150).await;
    let ask = async || preflight(stack, "/oauth2/token", APP, "POST").await;
    assert_eq!(reader(&ask().await), Some(APP));
    let moved = vec!["https://moved.example".to_owned()];
    stack
        .change_client(id, |client| client.allowed_origins = moved)
        .await;
    assert_eq!(reader(&ask().await), None);
    let page = preflight(stack, "/oauth2/token", "https://moved.example", "POST").await;
    assert_eq!(reader(&page), Some("https://moved.example"));
    let long = format!("https://{}.example", "a".repeat(300));
    let page = preflight(stack, "/oauth2/token", &long, "POST").await;
    assert_eq!(reader(&page), None);
}

async fn public_documents_allow_all_origins_and_pages_none(stack: &Stack) {
    register(stack).await;
    let agent = UserAgent::new();
    let get = async |path: &str| {
        let request = agent.http().get(stack.at(path)).header("origin", APP);
        agent.send(request).await
    };
    for path in ["/.well-known/openid-configuration", "/oauth2/jwks"] {
        let page = get(path).await;
        let allowed = page.header("access-control-allow-origin");
        assert_eq!(allowed, Some("*"), "{}", page.dump());
        assert_eq!(page.header("access-control-allow-credentials"), None);
    }
    for path in ["/login", "/register", "/account", "/forgot-password", "/"] {
        let page = get(path).await;
        assert_eq!(page.header("access-control-allow-origin"), None, "{path}");
        let page = preflight(stack, path, APP, "POST").await;
        assert_eq!(page.header("access-control-allow-origin"), None, "{path}");
    }
}

async fn rfc_7591_3_script_of_any_origin_registers_its_client(stack: &Stack) {
    let asked = preflight(stack, "/oauth2/register", OTHER_ORIGIN, "POST").await;
    assert_eq!(asked.status, 204, "{}", asked.dump());
    let headers = asked.header("access-control-allow-headers").unwrap();
    assert!(headers.contains("Authorization") && headers.contains("Content-Type"));
    for page in [
        &asked,
        &registration::register(stack, None, &json!({})).await,
    ] {
        let allowed = page.header("access-control-allow-origin");
        assert_eq!(allowed, Some("*"), "{}", page.dump());
        assert_eq!(page.header("access-control-allow-credentials"), None);
    }
    let below = preflight(stack, "/oauth2/register/some", OTHER_ORIGIN, "PUT").await;
    assert_eq!(below.header("access-control-allow-origin"), None);
}

/// Returns the number of statements of all requests so far.
async fn statements(stack: &Stack) -> f64 {
    let text = stack.metrics().await;
    let sums = text
        .lines()
        .filter(|line| line.starts_with("doorward_request_statements_sum"));
    let figures = sums.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    figures.sum()
}

/// Checks that a look-up costs two statements, of the origin and of its client, in each second and after
/// each change.
async fn preflight_reads_few_rows_of_many_clients(stack: &Stack) {
    let (db, id) = (stack.db().await, ClientId::parse(&stack.seed.web.id));
    let client = repo::clients::find(db.read(), &id.unwrap()).await;
    let client = client.unwrap().unwrap();
    let origin = |number: usize| format!("https://app-{number}.example");
    let tx = db.begin_write().await.unwrap();
    for number in 0..1_000 {
        let mut other = client.clone();
        other.id = ClientId::parse(&format!("app-{number}")).unwrap();
        other.allowed_origins = vec![origin(number)];
        repo::clients::insert(&tx, &other).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    for second in 0..2 {
        // What was read a second ago is read again.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let before = statements(stack).await;
        for number in [0, 500, 999] {
            let page = preflight(stack, "/oauth2/token", &origin(number), "POST").await;
            assert_eq!(reader(&page), Some(origin(number).as_str()));
        }
        let page = preflight(stack, "/oauth2/token", "https://evil.example", "POST").await;
        assert_eq!(reader(&page), None);
        let ran = statements(stack).await - before;
        assert!((4.0..=7.0).contains(&ran), "{second}: {ran} statements");
        let changed = vec![origin(1_000 + second)];
        stack
            .change_client("app-7", |client| client.allowed_origins = changed)
            .await;
    }
}
