use std::future::{Ready, ready};

use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use rstest::rstest;

use super::*;

#[rstest]
#[case::https("https://app.example.org", true)]
#[case::port("https://app.example.org:8443", true)]
#[case::this_machine("http://localhost:3000", true)]
#[case::loopback("http://127.0.0.1:3000", true)]
#[case::wildcard("*", false)]
#[case::wildcard_host("https://*.example.org", false)]
#[case::null("null", false)]
#[case::http("http://app.example.org", false)]
#[case::path("https://app.example.org/", false)]
#[case::capitals("https://App.example.org", false)]
#[case::default_port("https://app.example.org:443", false)]
#[case::user("https://me@app.example.org", false)]
#[case::file("file:///tmp", false)]
#[case::empty("", false)]
fn allowed_origins_are_exact(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(AllowedOrigins::new([text]).is_ok(), expected);
}

const OURS: &str = "https://app.example.org";

fn header<'a>(response: &'a ServiceResponse<impl MessageBody>, name: &str) -> Option<&'a str> {
    let value = response.headers().get(name)?;
    Some(value.to_str().unwrap())
}

fn unauthorized() -> Ready<HttpResponse> {
    ready(HttpResponse::Unauthorized().finish())
}

/// Sends a request with this method and these origins; `allowed` are the accepted origins.
async fn ask(
    allowed: &[&str],
    method: Method,
    origins: &[&'static str],
) -> ServiceResponse<impl MessageBody> {
    let allowed = AllowedOrigins::new(allowed).unwrap();
    let app = App::new()
        .app_data(web::Data::new(allowed))
        .wrap(from_fn(cors))
        .route("/", web::get().to(unauthorized));
    let app = init_service(app).await;
    let mut request = TestRequest::with_uri("/").method(method.clone());
    for origin in origins {
        request = request.append_header(("origin", *origin));
    }
    if method == Method::OPTIONS {
        request = request.insert_header(("access-control-request-method", "POST"));
    }
    call_service(&app, request.to_request()).await
}

#[actix_web::test]
async fn allowed_origin_reads_responses_and_errors() {
    let response = ask(&[OURS], Method::GET, &[OURS]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let allowed = header(&response, "access-control-allow-origin");
    assert_eq!(allowed, Some(OURS));
    let exposed = header(&response, "access-control-expose-headers").unwrap();
    for name in [
        "WWW-Authenticate",
        "ETag",
        "Location",
        "RateLimit",
        "Retry-After",
    ] {
        assert!(exposed.contains(name), "{name}");
    }
    assert_eq!(header(&response, "vary"), Some("Origin"));
    assert_eq!(header(&response, "access-control-allow-credentials"), None);
}

#[actix_web::test]
async fn preflight_of_allowed_origin_is_answered() {
    let response = ask(&[OURS], Method::OPTIONS, &[OURS]).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, "access-control-allow-origin"), Some(OURS));
    let methods = header(&response, "access-control-allow-methods").unwrap();
    assert!(methods.contains("PATCH") && methods.contains("DELETE"));
    let headers = header(&response, "access-control-allow-headers").unwrap();
    assert!(headers.contains("Authorization") && headers.contains("DPoP"));
    assert_eq!(header(&response, "vary"), Some("Origin"));
    assert_eq!(header(&response, "access-control-allow-credentials"), None);
}

#[rstest]
#[case::another(&["https://evil.example"])]
#[case::subdomain(&["https://x.app.example.org"])]
#[case::suffix(&["https://app.example.org.evil.example"])]
#[case::null(&["null"])]
#[case::two(&[OURS, OURS])]
#[case::none(&[])]
#[actix_web::test]
async fn unlisted_origins_get_no_cors_headers(#[case] origins: &[&'static str]) {
    for method in [Method::GET, Method::OPTIONS] {
        let response = ask(&[OURS], method, origins).await;
        assert_eq!(header(&response, "access-control-allow-origin"), None);
        assert_eq!(header(&response, "access-control-allow-headers"), None);
        assert_eq!(header(&response, "vary"), Some("Origin"));
    }
}

#[actix_web::test]
async fn empty_origin_list_disables_cors() {
    for method in [Method::GET, Method::OPTIONS] {
        let response = ask(&[], method, &[OURS]).await;
        assert_eq!(header(&response, "access-control-allow-origin"), None);
        assert_eq!(header(&response, "vary"), None);
    }
}
