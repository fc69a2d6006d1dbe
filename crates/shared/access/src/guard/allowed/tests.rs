use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, HttpResponse, test, web};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, ONE, TWO, TestClock, claims, claims_with, key_set};
use crate::guard::Routes;

struct Read;
impl RouteGuard for Read {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
}

struct DeleteAll;
impl RouteGuard for DeleteAll {
    const REQUIREMENT: Requirement = Requirement::covered_by("tasks:delete_all", "tasks:delete");
}

/// A route that requires two factors within the last five minutes.
struct Pay;
impl RouteGuard for Pay {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
    const ASSURANCE: Assurance = Assurance::acr(&["aal2"]).within(300);
}

async fn pay(_: Allowed<Pay>) -> HttpResponse {
    HttpResponse::NoContent().finish()
}

async fn read(caller: Allowed<Read>) -> String {
    caller.principal.subject.clone()
}

async fn write(caller: Allowed<DeleteAll>, id: web::Path<u32>) -> String {
    format!("{} {id}", caller.subject)
}

async fn live() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

fn routes() -> Routes {
    Routes::new()
        .get("/api/tasks/", read)
        .post("/api/payments/", pay)
        .merge(
            Routes::new()
                .post("/api/tasks/{id}", write)
                .delete("/api/tasks/{id}", write),
        )
        .public(Method::GET, "/livez", live)
}

fn access() -> Access {
    Access::builder(ISSUER, AUDIENCE)
        .clock(TestClock::new())
        .realm("tasks")
        .resource_metadata("https://tasks.example/.well-known/oauth-protected-resource")
        .build_with_keys(key_set(&[&ONE]))
}

async fn send(request: test::TestRequest) -> ServiceResponse {
    let app = App::new()
        .app_data(web::Data::new(access()))
        .configure(|config| routes().register(config));
    let app = test::init_service(app).await;
    test::call_service(&app, request.to_request()).await
}

fn get(path: &str) -> test::TestRequest {
    test::TestRequest::get().uri(path)
}

fn bearer(token: &str) -> (header::HeaderName, String) {
    (header::AUTHORIZATION, format!("Bearer {token}"))
}

fn challenge(response: &ServiceResponse) -> &str {
    response
        .headers()
        .get(header::WWW_AUTHENTICATE)
        .map_or("", |value| value.to_str().unwrap())
}

async fn problem(response: ServiceResponse) -> Value {
    let media_type = response.headers().get(header::CONTENT_TYPE).unwrap();
    assert_eq!(media_type, "application/problem+json");
    assert_eq!(
        response.headers().get(header::CACHE_CONTROL).unwrap(),
        "no-store"
    );
    serde_json::from_slice(&to_bytes(response.into_body()).await.unwrap()).unwrap()
}

#[actix_web::test]
async fn handler_gets_principal() {
    let token = ONE.access_token(&claims());
    let response = send(get("/api/tasks/").insert_header(bearer(&token))).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(to_bytes(response.into_body()).await.unwrap(), "alice");
}

/// RFC 6750 §3.1: without a token, no error code.
#[rstest]
#[case::nothing(None)]
#[case::basic(Some("Basic YTpi"))]
#[case::empty(Some(""))]
#[case::token_alone(Some("abc"))]
#[actix_web::test]
async fn rfc_6750_3_without_token(#[case] authorization: Option<&str>) {
    let mut request = get("/api/tasks/?access_token=x");
    if let Some(value) = authorization {
        request = request.insert_header((header::AUTHORIZATION, value));
    }
    let response = send(request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        challenge(&response),
        "Bearer realm=\"tasks\", \
         resource_metadata=\"https://tasks.example/.well-known/oauth-protected-resource\""
    );
    assert_eq!(
        problem(response).await["type"],
        "urn:doorward:problem:token-required"
    );
}

#[rstest]
#[case::garbage("abc".to_owned())]
#[case::two_tokens("abc def".to_owned())]
#[case::other_key(TWO.access_token(&claims()))]
#[case::expired(ONE.access_token(&claims_with(&json!({ "exp": 1 }))))]
#[case::other_audience(ONE.access_token(&claims_with(&json!({ "aud": "x" }))))]
#[case::id_token(ONE.sign(r#"{"alg":"RS256","typ":"JWT","kid":"one"}"#, &claims().to_string()))]
#[actix_web::test]
async fn with_bad_token(#[case] token: String) {
    let response = send(get("/api/tasks/").insert_header(bearer(&token))).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let header = challenge(&response);
    assert!(
        header.starts_with("Bearer realm=\"tasks\", error=\"invalid_token\""),
        "{header}"
    );
    assert!(
        header.contains("resource_metadata=\"https://tasks.example/"),
        "{header}"
    );
    let body = problem(response).await;
    assert_eq!(body["status"], 401);
    assert_eq!(body["decision_id"].as_str().unwrap().len(), 36);
    assert!(!body.to_string().contains(&token));
}

#[actix_web::test]
async fn two_headers_are_ambiguous() {
    let token = ONE.access_token(&claims());
    let request = get("/api/tasks/")
        .append_header(bearer(&token))
        .append_header((header::AUTHORIZATION, "Bearer other"));
    let response = send(request).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(challenge(&response).contains("error=\"invalid_request\""));
}

#[rstest]
#[case::scope(json!({ "scope": "openid" }), &["missing_scope"], true)]
#[case::entitlement(json!({ "entitlements": ["tasks:write"] }), &["missing_entitlement"], false)]
#[case::both(
    json!({ "scope": "openid", "entitlements": [] }),
    &["missing_entitlement", "missing_scope"],
    true
)]
#[actix_web::test]
async fn denial_has_reasons(
    #[case] changes: Value,
    #[case] codes: &[&str],
    #[case] scope_would_help: bool,
) {
    let token = ONE.access_token(&claims_with(&changes));
    let response = send(get("/api/tasks/").insert_header(bearer(&token))).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let header = challenge(&response).to_owned();
    assert_eq!(
        header.contains("error=\"insufficient_scope\""),
        scope_would_help
    );
    assert_eq!(header.contains("scope=\"tasks:read\""), scope_would_help);
    let body = problem(response).await;
    let found: Vec<_> = body["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["code"])
        .collect();
    assert_eq!(found, codes);
    assert_eq!(body["decision_id"].as_str().unwrap().len(), 36);
    assert!(body["detail"].as_str().unwrap().contains("tasks:read"));
}

fn pay_with(changes: &Value) -> test::TestRequest {
    let token = ONE.access_token(&claims_with(changes));
    let request = test::TestRequest::post().uri("/api/payments/");
    request.insert_header(bearer(&token))
}

/// RFC 9470 §3: a 401 that names the required authentication.
#[rstest]
#[case::weak(json!({ "acr": "aal1" }), &["sign_in_too_weak"])]
#[case::says_nothing(json!({ "auth_time": null }), &["sign_in_too_weak", "sign_in_too_old"])]
#[case::old(json!({ "acr": "aal2", "auth_time": NOW - 301 }), &["sign_in_too_old"])]
#[actix_web::test]
async fn rfc_9470_3_too_weak_or_too_old_sign_in(#[case] changes: Value, #[case] codes: &[&str]) {
    let response = send(pay_with(&changes)).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let header = challenge(&response).to_owned();
    for part in [
        "error=\"insufficient_user_authentication\"",
        "acr_values=\"aal2\"",
        "max_age=\"300\"",
        "resource_metadata=\"https://tasks.example/",
    ] {
        assert!(header.contains(part), "{part} in {header}");
    }
    let body = problem(response).await;
    assert_eq!(body["type"], "urn:doorward:problem:sign-in-required");
    let reasons = body["reasons"].as_array().unwrap();
    let found: Vec<_> = reasons.iter().map(|reason| &reason["code"]).collect();
    assert_eq!(found, codes);
    assert_eq!(body["decision_id"].as_str().unwrap().len(), 36);
}

/// A client that acts for itself can never sign in, so it gets no step-up challenge.
#[actix_web::test]
async fn client_that_acts_for_itself_gets_true_reason() {
    let changes = json!({ "sub": "tasks-web", "acr": null, "auth_time": null });
    let response = send(pay_with(&changes)).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(response.headers().get("www-authenticate").is_none());
    let body = problem(response).await;
    assert_eq!(body["type"], "urn:doorward:problem:permission-denied");
    assert_eq!(body["reasons"][0]["code"], "user_required");
    assert_eq!(body["reasons"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn strong_and_recent_sign_in() {
    let changes = json!({ "acr": "aal2", "auth_time": NOW - 300 });
    let response = send(pay_with(&changes)).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
}

#[actix_web::test]
async fn missing_permission_precedes_step_up() {
    let response = send(pay_with(&json!({ "acr": "aal1", "entitlements": [] }))).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(!challenge(&response).contains("insufficient_user_authentication"));
}

#[actix_web::test]
async fn missing_keys_sign_out_no_user() {
    // Port 1 of this machine refuses connections.
    let away = Access::builder("http://127.0.0.1:1", AUDIENCE)
        .build()
        .unwrap();
    let app = App::new()
        .app_data(web::Data::new(away))
        .configure(|config| routes().register(config));
    let app = test::init_service(app).await;
    let token = ONE.access_token(&claims());
    let request = get("/api/tasks/")
        .insert_header(bearer(&token))
        .to_request();
    let response = test::call_service(&app, request).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "5");
    assert_eq!(challenge(&response), "");
    assert_eq!(
        problem(response).await["type"],
        "urn:doorward:problem:unavailable"
    );
}

#[actix_web::test]
async fn missing_access_is_server_error() {
    let app = App::new().configure(|config| routes().register(config));
    let app = test::init_service(app).await;
    let response = test::call_service(&app, get("/api/tasks/").to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[actix_web::test]
async fn every_guarded_route_rejects_without_token() {
    let mut guarded = 0;
    for route in routes().list() {
        let path = route.path.replace("{id}", "1");
        let request = test::TestRequest::default()
            .method(route.method.parse().unwrap())
            .uri(&path);
        let status = send(request).await.status();
        match route.requirement {
            Some(_) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}"),
            None => assert!(status.is_success(), "{path}"),
        }
        guarded += usize::from(route.requirement.is_some());
    }
    assert_eq!(guarded, 4);
}

#[actix_web::test]
async fn guard_runs_before_path_extraction() {
    let request = test::TestRequest::delete().uri("/api/tasks/no-number");
    assert_eq!(send(request).await.status(), StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn methods_are_reported() {
    let response = send(test::TestRequest::put().uri("/api/tasks/1")).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(
        response.headers().get(header::ALLOW).unwrap(),
        "POST, DELETE"
    );
    let response = send(test::TestRequest::post().uri("/livez")).await;
    assert_eq!(response.headers().get(header::ALLOW).unwrap(), "GET, HEAD");
    let head = test::TestRequest::default()
        .method(Method::HEAD)
        .uri("/livez");
    assert_eq!(send(head).await.status(), StatusCode::NO_CONTENT);
}

#[::core::prelude::v1::test]
fn table_can_be_read() {
    let listed: Vec<_> = routes()
        .list()
        .map(|route| {
            let permission = route.requirement.map(|requirement| requirement.permission);
            (route.method.clone(), route.path.clone(), permission)
        })
        .collect();
    let row = |method: &str, path: &str, permission| (method.into(), path.into(), permission);
    assert_eq!(
        listed,
        [
            row("GET", "/api/tasks/", Some("tasks:read")),
            row("POST", "/api/payments/", Some("tasks:read")),
            row("POST", "/api/tasks/{id}", Some("tasks:delete_all")),
            row("DELETE", "/api/tasks/{id}", Some("tasks:delete_all")),
            row("GET", "/livez", None),
        ]
    );
}
