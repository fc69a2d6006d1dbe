use std::net::{IpAddr, Ipv4Addr};

use ::axum::body::{Body, to_bytes};
use ::axum::extract::{Path, State};
use ::axum::http::{Request as HttpRequest, header};
use rstest::rstest;
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::*;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, ONE, TestClock, claims, claims_with, key_set};
use crate::guard::DenialContext;
use crate::jwt::dpop;
use crate::permission;
use crate::vectors::{keys::Keys, stored};

permission!(Read = "tasks:read");
permission!(DeleteAll = "tasks:delete_all", covered by "tasks:delete");

async fn read(caller: Allowed<Read>) -> String {
    caller.subject.clone()
}

async fn write(_: Allowed<DeleteAll>, Path(id): Path<u32>) -> String {
    id.to_string()
}

async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

fn routes() -> Routes {
    Routes::new()
        .get("/api/tasks/", read)
        .merge(
            Routes::new()
                .post("/api/tasks/{id}", write)
                .delete("/api/tasks/{id}", write),
        )
        .public(&Method::GET, "/livez", live)
}

fn access() -> Access {
    let builder = Access::builder(ISSUER, AUDIENCE).clock(TestClock::new());
    builder.tolerated_keys(2).build_with_keys(key_set(&[&ONE]))
}

fn ask(method: &str, path: &str, fields: &[(&str, &str)]) -> HttpRequest<Body> {
    let request = HttpRequest::builder().method(method).uri(path);
    let add = |request: ::axum::http::request::Builder, (name, value): &(&str, &str)| {
        request.header(*name, *value)
    };
    let request = fields.iter().fold(request, add);
    request.body(Body::empty()).unwrap()
}

async fn send(router: Router, request: HttpRequest<Body>) -> Response {
    router.oneshot(request).await.unwrap()
}

async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn bearer() -> String {
    format!("Bearer {}", ONE.access_token(&claims()))
}

#[tokio::test]
async fn handler_gets_principal() {
    let request = ask("GET", "/api/tasks/", &[("authorization", &bearer())]);
    let response = send(routes().router(&access()), request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "alice");
}

#[tokio::test]
async fn every_guarded_route_rejects_without_token() {
    for route in routes().list() {
        let path = route.path.replace("{id}", "1");
        let request = ask(&route.method, &path, &[]);
        let response = send(routes().router(&access()), request).await;
        match route.requirement {
            Some(_) => assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}"),
            None => assert!(response.status().is_success(), "{path}"),
        }
    }
    let guarded = routes()
        .list()
        .filter(|row| row.requirement.is_some())
        .count();
    assert_eq!(guarded, 3);
}

#[tokio::test]
async fn guard_runs_before_path_extraction() {
    let request = ask("DELETE", "/api/tasks/no-number", &[]);
    let response = send(routes().router(&access()), request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

/// Also under the other spelling of an API path.
#[rstest]
#[case("PUT", "/api/tasks/1", "POST, DELETE")]
#[case("PATCH", "/api/tasks/1/", "POST, DELETE")]
#[case("POST", "/livez", "GET, HEAD")]
#[tokio::test]
async fn methods_are_reported(#[case] method: &str, #[case] path: &str, #[case] allow: &str) {
    let response = send(routes().router(&access()), ask(method, path, &[])).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    let listed = response.headers()[header::ALLOW].to_str().unwrap();
    let sorted = |list: &str| {
        let mut names: Vec<_> = list.split(',').map(|name| name.trim().to_owned()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(sorted(listed), sorted(allow));
    let problem: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(problem["type"], "urn:doorward:problem:method-not-allowed");
    assert_eq!(problem["detail"], format!("Use one of: {allow}."));
}

#[tokio::test]
async fn head_is_answered_like_get() {
    let response = send(routes().router(&access()), ask("HEAD", "/livez", &[])).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let response = send(routes().router(&access()), ask("HEAD", "/api/tasks/", &[])).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

/// A method that axum cannot route has no handler, so no caller reaches it.
#[tokio::test]
async fn unknown_methods_have_no_handler() {
    let purge = Method::from_bytes(b"PURGE").unwrap();
    let router = Routes::<()>::new().public(&purge, "/cache", live);
    let response = send(router.router(&access()), ask("PURGE", "/cache", &[])).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn missing_access_is_server_error() {
    let router = Router::new().route("/", ::axum::routing::get(read));
    let response = send(router, ask("GET", "/", &[("authorization", &bearer())])).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn denial_is_handed_to_the_service() {
    let token = ONE.access_token(&claims_with(&json!({ "entitlements": [] })));
    let fields = [("authorization", &*format!("Bearer {token}"))];
    let response = send(
        routes().router(&access()),
        ask("GET", "/api/tasks/", &fields),
    )
    .await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let denied = response.extensions().get::<DenialContext>().unwrap();
    assert_eq!(denied.permission, Some("tasks:read"));
    let id = response.headers()[crate::guard::DECISION].to_str().unwrap();
    assert_eq!(id, denied.id.to_string());
}

#[tokio::test]
async fn handlers_have_state() {
    async fn count(_: Allowed<Read>, State(number): State<u32>) -> String {
        number.to_string()
    }
    let router = Routes::new().get("/count", count).router(&access());
    let request = ask("GET", "/count", &[("authorization", &bearer())]);
    let response = send(router.with_state(7), request).await;
    assert_eq!(text(response).await, "7");
}

#[tokio::test]
async fn layer_guards_any_service() {
    let files = service_fn(async |_| Ok::<_, std::convert::Infallible>("a file".into_response()));
    let router = || {
        let files = access().layer::<Read>().layer(files);
        Router::new().nest_service("/files", files)
    };
    let response = send(router(), ask("GET", "/files/a", &[])).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let request = ask("GET", "/files/a", &[("authorization", &bearer())]);
    assert_eq!(text(send(router(), request).await).await, "a file");
}

/// Another resource has its own audience; its routes accept no token of the first.
#[tokio::test]
async fn routes_have_their_own_authenticator_and_credentials() {
    let other = Access::builder(ISSUER, "https://other.example").clock(TestClock::new());
    let other = other.build_with_keys(key_set(&[&ONE]));
    let router = || {
        let moved = Routes::new().get("/a/tasks", read).opened_by(&other);
        let keys = Routes::new().get("/keys", read);
        let keys = keys.admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS);
        let table = routes().merge(moved.moved("/a", "/b")).merge(keys);
        table.router(&access())
    };
    let token = bearer();
    for (path, fields, status, kind) in [
        ("/b/tasks", ("authorization", &*token), 401, "invalid-token"),
        ("/keys", ("x-api-key", "abc"), 401, "invalid-key"),
        ("/api/tasks/", ("x-api-key", "abc"), 401, "token-required"),
    ] {
        let response = send(router(), ask("GET", path, &[fields])).await;
        assert_eq!(response.status(), status, "{path}");
        let problem: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(problem["type"], format!("urn:doorward:problem:{kind}"));
    }
}

/// Bad keys are counted by the address of the connection, or that which a proxy names.
#[tokio::test]
async fn bad_keys_lock_an_address_out() {
    let routes = Routes::new().get("/", read);
    let routes = routes.admitting(AcceptedCredentials::SIGNED_TOKENS_AND_KEYS);
    let router = routes.router(&access());
    let peer = |last| SocketAddr::from(([192, 0, 2, last], 1));
    let from = |last, named: Option<u8>| {
        let mut request = ask("GET", "/", &[("x-api-key", "abc")]);
        request.extensions_mut().insert(ConnectInfo(peer(last)));
        if let Some(named) = named {
            let address = IpAddr::V4(Ipv4Addr::new(198, 51, 100, named));
            request.extensions_mut().insert(CallerAddress(address));
        }
        send(router.clone(), request)
    };
    for (last, named, status) in [
        (1, None, 401),
        (1, None, 401),
        (1, None, 429),
        (2, None, 401),
        (1, Some(1), 401),
        (3, Some(1), 401),
        (4, Some(1), 429),
        (2, None, 401),
        (2, None, 429),
    ] {
        let response = from(last, named).await;
        assert_eq!(response.status(), status, "{last} {named:?}");
        let waits = response.headers().contains_key(header::RETRY_AFTER);
        assert_eq!(waits, status == 429);
    }
}

/// A nested router sees a part of the path only, but a proof names the whole (RFC 9449 §4.2). A
/// layer and a handler that both guard a request consume its proof once.
#[tokio::test]
async fn proofs_name_the_whole_path_and_count_once() {
    let keys = Keys::of(stored().as_ref());
    let cnf = json!({ "cnf": { "jkt": keys.ec.jkt() } });
    let token = ONE.access_token(&claims_with(&cnf));
    let proof = |jti: &str, path: &str| {
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": keys.ec.public });
        let claims = json!({
            "jti": jti, "htm": "GET", "htu": format!("https://tasks.example{path}"), "iat": NOW,
            "ath": dpop::token_hash(&token),
        });
        keys.ec
            .sign("ES256", &header.to_string(), &claims.to_string())
    };
    let access = access();
    let inner = Routes::new().get("/tasks", read).router(&access);
    let router = Router::new().nest("/api", inner);
    let router = router.layer(access.layer::<Read>());
    let authorization = format!("DPoP {token}");
    let (whole, part) = (proof("one", "/api/tasks"), proof("two", "/tasks"));
    for (proof, status) in [(&part, 401), (&whole, 200), (&whole, 401)] {
        let fields = [("authorization", &*authorization), ("dpop", proof)];
        let response = send(router.clone(), ask("GET", "/api/tasks", &fields)).await;
        assert_eq!(response.status(), status);
    }
}
