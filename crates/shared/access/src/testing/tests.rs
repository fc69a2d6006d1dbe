use actix_web::http::StatusCode;
use actix_web::{App, test as web};
use rstest::rstest;

use super::*;
use crate::access::AuthError;
use crate::fixtures::{NOW, TestClock};
use crate::guard::{Allowed, Routes};
use crate::permission;

permission!(ReadTasks = "tasks:read");

async fn report(caller: Allowed<ReadTasks>) -> String {
    format!("{} may see this report\n", caller.subject)
}

fn issuer() -> MemoryIssuer {
    MemoryIssuer::new("https://id.example", "https://reports.example").with_clock(TestClock::new())
}

/// Calls the service of the guide with this token.
async fn call(issuer: &MemoryIssuer, token: &str) -> (StatusCode, String) {
    let access = issuer.access();
    let routes = Routes::new().get("/report", report);
    let app = web::init_service(App::new().configure(access.guard(routes))).await;
    let request = web::TestRequest::get()
        .uri("/report")
        .insert_header(("authorization", format!("Bearer {token}")));
    let response = web::call_service(&app, request.to_request()).await;
    let status = response.status();
    let body = web::read_body(response).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[actix_web::test]
async fn service_accepts_token_with_permission() {
    let issuer = issuer();
    let token = issuer.token("alice").permissions(["tasks:read"]).sign();
    let (status, body) = call(&issuer, &token).await;
    assert_eq!(
        (status, body.as_str()),
        (StatusCode::OK, "alice may see this report\n")
    );
}

#[actix_web::test]
async fn service_rejects_other_tokens() {
    let issuer = issuer();
    let other = MemoryIssuer::new("https://evil.example", "https://reports.example")
        .with_clock(TestClock::new());
    let reader = || issuer.token("alice").permissions(["tasks:read"]);
    for (token, status) in [
        (issuer.token("alice").sign(), StatusCode::FORBIDDEN),
        (
            issuer.token("alice").scope(["tasks:read"]).sign(),
            StatusCode::FORBIDDEN,
        ),
        (reader().expires_in(-61).sign(), StatusCode::UNAUTHORIZED),
        (
            reader().claim("aud", "https://other.example").sign(),
            StatusCode::UNAUTHORIZED,
        ),
        (
            reader().claim("jti", Value::Null).sign(),
            StatusCode::UNAUTHORIZED,
        ),
        (
            other.token("alice").permissions(["tasks:read"]).sign(),
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        assert_eq!(call(&issuer, &token).await.0, status, "{token}");
    }
}

#[tokio::test]
async fn principal_has_claims_of_builder() {
    let issuer = issuer();
    let access = issuer.access();
    let token = issuer
        .token("alice")
        .roles(["editor"])
        .scope(["openid"])
        .permissions(["tasks:read", "tasks:write"])
        .claim("org", "acme");
    let user = access.authenticate(&token.sign()).await.unwrap();
    assert_eq!(user.subject, "alice");
    assert_eq!(user.org.as_deref(), Some("acme"));
    assert_eq!(user.auth_time, Some(NOW));
    assert!(user.roles.iter().eq(["editor"]));
    let machine = issuer.machine_token("reports").permissions(["tasks:read"]);
    let machine = access.authenticate(&machine.sign()).await.unwrap();
    assert_eq!(
        (&*machine.subject, &*machine.client_id),
        ("reports", "reports")
    );
    assert_eq!(machine.auth_time, None);
    let broken = access.authenticate("x.y.z").await;
    assert!(matches!(broken, Err(AuthError::Invalid(_))), "{broken:?}");
}

#[rstest]
#[case("https://id.example", "https://id.example/oauth2/jwks")]
#[case("https://id.example/", "https://id.example/oauth2/jwks")]
fn metadata_names_issuer_and_keys(#[case] url: &str, #[case] keys: &str) {
    let document = MemoryIssuer::new(url, "https://reports.example").metadata();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document, json!({ "issuer": url, "jwks_uri": keys }));
}

#[tokio::test]
async fn key_set_has_no_private_part() {
    let document: Value = serde_json::from_str(&issuer().jwks()).unwrap();
    let key = document["keys"][0].as_object().unwrap();
    let mut members: Vec<_> = key.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
}
