//! Invalid input on every route: the right 4xx with a problem body, never a 5xx, and no lost data.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::json;

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, header, problem};

#[rstest]
#[case::empty(b"".as_slice(), 400)]
#[case::no_object(b"[1]", 400)]
#[case::missing(b"{}", 400)]
#[case::unknown(br#"{"title":"a","extra":1}"#, 400)]
#[case::owner(br#"{"title":"a","owner_subject":"bob"}"#, 400)]
#[case::wrong_type(br#"{"title":1}"#, 400)]
#[case::duplicate(br#"{"title":"a","title":"b"}"#, 400)]
#[case::nul(br#"{"title":"a\u0000"}"#, 400)]
#[case::nul_below(br#"{"title":"a","description":"\u0000"}"#, 400)]
#[case::utf8(b"{\"title\":\"\xff\xfe\"}", 400)]
#[case::surrogate(br#"{"title":"\ud800"}"#, 400)]
#[case::number(br#"{"title":"a","due_date":1e999}"#, 400)]
#[actix_web::test]
async fn invalid_body_is_rejected_on_each_route(#[case] body: &'static [u8], #[case] status: u16) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    for (method, path) in [
        (Method::POST, "/api/tasks"),
        (Method::POST, "/api/tasks/"),
        (Method::PUT, path.as_str()),
        (Method::PATCH, path.as_str()),
    ] {
        if body == b"{}" && method == Method::PATCH {
            continue; // changes nothing, and says so
        }
        let request = alice
            .request(method, path)
            .header("content-type", "application/json");
        problem(request.body(body).send().await.unwrap(), status).await;
    }
    assert_eq!(alice.titles("/api/tasks/").await, ["t"]);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn body_beyond_limit_is_413_and_body_at_limit_is_read(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    for size in [64 * 1024 + 1, 1024 * 1024, 3 * 1024 * 1024] {
        let body = format!("{{\"title\":\"{}\"}}", "a".repeat(size - 12));
        assert_eq!(body.len(), size);
        for (method, path) in [
            (Method::POST, "/api/tasks/"),
            (Method::PUT, path.as_str()),
            (Method::PATCH, path.as_str()),
        ] {
            let request = alice
                .request(method, path)
                .header("content-type", "application/json");
            problem(request.body(body.clone()).send().await.unwrap(), 413).await;
        }
    }
    // 10,000 characters of four bytes each fit.
    let description = "🦀".repeat(10_000);
    let task = alice
        .create(json!({"title": "big", "description": description}))
        .await;
    assert_eq!(task["description"], json!(description));
}

#[actix_web::test]
async fn large_body_without_token_is_401() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    for method in [Method::POST, Method::GET] {
        let request = fixture
            .request(method, "/api/tasks/")
            .body("a".repeat(1024 * 1024));
        problem(request.send().await.unwrap(), 401).await;
    }
}

#[rstest]
#[case("text/plain")]
#[case("application/x-www-form-urlencoded")]
#[case("application/json; charset=utf-16")]
#[case("")]
#[actix_web::test]
async fn wrong_content_type_is_415(#[case] content_type: &str) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let path = alice.create_titled("t").await;
    for (method, path) in [
        (Method::POST, "/api/tasks/"),
        (Method::PUT, path.as_str()),
        (Method::PATCH, path.as_str()),
    ] {
        let request = alice
            .request(method, path)
            .header("content-type", content_type);
        problem(request.body("{\"title\":\"x\"}").send().await.unwrap(), 415).await;
    }
    let request = alice.request(Method::PATCH, &path);
    let request = request.header("content-type", "application/merge-patch+json");
    let response = request.body("{\"title\":\"x\"}").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[rstest]
#[case("/api/tasks/", &["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"], "GET, HEAD, POST")]
#[case(
    "/api/tasks/0190163d-8694-739b-aea5-966c26f8ad91",
    &["POST", "OPTIONS", "QUERY"],
    "GET, HEAD, PUT, PATCH, DELETE"
)]
#[case("/livez", &["POST", "DELETE"], "GET, HEAD")]
#[case("/.well-known/oauth-protected-resource", &["POST"], "GET, HEAD")]
#[actix_web::test]
async fn wrong_method_is_405_with_allow(
    #[case] path: &str,
    #[case] methods: &[&str],
    #[case] allow: &str,
) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    for method in methods {
        let request = fixture.request(method.parse().unwrap(), path);
        let response = request.send().await.unwrap();
        assert_eq!(header(&response, "allow"), allow, "{method}");
        problem(response, 405).await;
    }
}

#[rstest]
#[case("1")]
#[case("0190163d8694739baea5966c26f8ad91")]
#[case("0190163D-8694-739B-AEA5-966C26F8AD91")]
#[case("%7B0190163d-8694-739b-aea5-966c26f8ad91%7D")]
#[case("0190163d-8694-739b-aea5-966c26f8ad91/")]
#[case("0190163d-8694-739b-aea5-966c26f8ad91%00")]
#[case("%ff")]
#[case("%00")]
#[case("..%2f..%2fetc%2fpasswd")]
#[case("'%20OR%20'1'='1")]
#[actix_web::test]
async fn malformed_id_is_404(#[case] id: &str) {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    for method in [Method::GET, Method::DELETE, Method::PATCH, Method::PUT] {
        let response = alice
            .send(method, &format!("/api/tasks/{id}"), json!({"title": "t"}))
            .await;
        problem(response, 404).await;
    }
}

#[actix_web::test]
async fn address_beyond_limit_is_414() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", DEVELOPER);
    let long = "a".repeat(9000);
    problem(alice.get(&format!("/api/tasks/?search={long}")).await, 414).await;
    problem(
        alice
            .get(&format!("/api/tasks/?search={}", &long[..201]))
            .await,
        400,
    )
    .await;
}

#[actix_web::test]
async fn disguised_paths_do_not_bypass_guard() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    for path in [
        "//api/tasks/",
        "/api//tasks/",
        "/api/./tasks/",
        "/api/tasks%2f",
        "/%61pi/tasks/",
        "/api/tasks/;x",
        "/web/../api/tasks/",
        "/api/tasks/%2e%2e/",
    ] {
        let status = fixture.get(path).await.status().as_u16();
        assert!(status == 401 || status == 404, "{path}: {status}");
    }
}
