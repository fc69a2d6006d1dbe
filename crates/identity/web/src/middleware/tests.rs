use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;

use actix_web::body::to_bytes;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::middleware::Compress;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::web::{self, Json};
use actix_web::{App, HttpRequest, Responder};
use doorward_config::Config;
use doorward_domain::random::Random;
use doorward_domain::time::Clock;
use doorward_services::caller::Caller;
use futures_util::{StreamExt as _, stream};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rstest::rstest;
use serde_json::{Value, json};

use super::shared::Shared;
use super::*;
use crate::request::received_request::caller;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> i64 {
        1_800_000_000
    }
}

fn middleware() -> Stack {
    let mut config = Config::defaults().unwrap();
    config.issuer = "https://id.example".to_owned();
    config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    Stack(Rc::new(Shared::new(
        &config,
        Arc::default(),
        Arc::new(Noon),
        Random::default(),
        Arc::default(),
        Arc::default(),
    )))
}

async fn who(request: HttpRequest) -> impl Responder {
    let Caller {
        ip,
        user_agent,
        request_id,
        ..
    } = caller(&request);
    Json(json!({ "ip": ip, "user_agent": user_agent, "request_id": request_id }))
}

async fn length(body: Result<web::Bytes, Error>) -> Result<String, Error> {
    Ok(body?.len().to_string())
}

async fn panics() -> HttpResponse {
    panic!("canary-cause")
}

async fn fails() -> Result<HttpResponse, Error> {
    Err(ErrorInternalServerError("canary-cause"))
}

/// Sends one request through the middleware and reads the whole response.
async fn send(request: TestRequest) -> (HttpResponse, String) {
    let app = App::new()
        .route("/who", web::get().to(who))
        .route("/length", web::post().to(length))
        .route("/login", web::get().to(panics))
        .route("/oauth2/token", web::get().to(panics))
        .route("/api/tasks", web::get().to(panics))
        .route("/fails", web::get().to(fails))
        .route("/oauth2/jwks", web::get().to(HttpResponse::Ok))
        .wrap(Compress::default())
        .wrap(middleware());
    let app = init_service(app).await;
    let response = match try_call_service(&app, request.to_request()).await {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        // actix converts an error at the outermost layer like this.
        Err(error) => error.error_response(),
    };
    let (head, body) = response.into_parts();
    let body = to_bytes(body).await.unwrap();
    (
        head.map_into_boxed_body(),
        String::from_utf8_lossy(&body).into_owned(),
    )
}

fn get(path: &str) -> TestRequest {
    TestRequest::get()
        .uri(path)
        .insert_header(("host", "id.example"))
        .peer_addr("10.0.0.1:5000".parse().unwrap())
}

fn header<'a>(response: &'a HttpResponse, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn handler_gets_client_address_user_agent_and_request_id() {
    let request = get("/who")
        .insert_header(("x-forwarded-for", "203.0.113.9"))
        .insert_header(("user-agent", "Browser/1"));
    let (response, body) = send(request).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["ip"], "203.0.113.9");
    assert_eq!(body["user_agent"], "Browser/1");
    assert_eq!(body["request_id"], header(&response, "x-request-id"));
    assert_eq!(header(&response, "x-request-id").len(), 36);
}

#[actix_web::test]
async fn only_trusted_proxy_sets_request_id() {
    let chosen = |peer: &str| {
        let peer = format!("{peer}:5000").parse().unwrap();
        get("/who")
            .peer_addr(peer)
            .insert_header(("x-request-id", "proxy-id-0001"))
    };
    let (response, _) = send(chosen("10.0.0.1")).await;
    assert_eq!(header(&response, "x-request-id"), "proxy-id-0001");
    let (response, _) = send(chosen("198.51.100.7")).await;
    assert_eq!(header(&response, "x-request-id").len(), 36);
}

#[rstest]
#[case("short")]
#[case("with space in it")]
#[case("quote\"quote\"")]
#[case("a-very-long-one-a-very-long-one-a-very-long-one-a-very-long-one-a")]
fn malformed_request_id_is_replaced(#[case] sent: &'static str) {
    let mut rng = StdRng::seed_from_u64(1);
    let sent = HeaderValue::from_static(sent);
    let first = request_id::choose(Some(&sent), 1, &mut rng);
    assert_eq!(uuid::Uuid::parse_str(&first).unwrap().get_version_num(), 7);
    assert_ne!(first, request_id::choose(None, 1, &mut rng));
}

#[rstest]
#[case::unknown_host(get("/who").insert_header(("host", "evil.example")), 421)]
#[case::no_such_host_even_with_forwarding(
    get("/who").insert_header(("host", "evil.example")).insert_header(("x-forwarded-host", "id.example")),
    421
)]
#[case::long_address(get(&format!("/who?{}", "a".repeat(33_000))), 414)]
#[case::large_headers(get("/who").insert_header(("x-a", "a".repeat(17_000))), 431)]
#[case::websocket(get("/who").insert_header(("upgrade", "WebSocket")), 400)]
#[case::announced_large_body(get("/length").method(actix_web::http::Method::POST).insert_header(("content-length", "70000")), 413)]
#[actix_web::test]
async fn rejections_are_pages_with_headers(#[case] request: TestRequest, #[case] status: u16) {
    let (response, body) = send(request).await;
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(
        header(&response, "content-type"),
        "text/html; charset=utf-8"
    );
    assert_eq!(header(&response, "x-frame-options"), "DENY");
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert!(body.contains(header(&response, "x-request-id")), "{body}");
    let both = "This server answers for the host id.example, not for evil.example.";
    assert_eq!(body.contains(both), status == 421, "{body}");
}

/// A client at an endpoint reads which host is configured, and which one its request names.
#[rstest]
#[case::oauth("/oauth2/token", "error_description")]
#[case::api("/api/tasks", "detail")]
#[actix_web::test]
async fn misdirected_request_names_both_hosts(#[case] path: &str, #[case] member: &str) {
    let request = get(path).insert_header(("host", "id.example:8443"));
    let (response, body) = send(request).await;
    assert_eq!(response.status().as_u16(), 421);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body[member],
        "This server answers for the host id.example, not for id.example:8443."
    );
}

#[rstest]
#[case::none("br, identity;q=0", "")]
#[case::nothing_at_all("*;q=0", "")]
#[case::supported_encoding("br, identity;q=0, gzip;q=0.1", "gzip")]
#[actix_web::test]
async fn unsupported_encoding_gets_identity_response(
    #[case] accepted: &str,
    #[case] encoding: &str,
) {
    let request = get("/who").insert_header(("accept-encoding", accepted));
    let (response, body) = send(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-encoding"), encoding);
    assert_eq!(body.starts_with('{'), encoding.is_empty(), "{body:?}");
}

#[actix_web::test]
async fn body_within_limit_is_read_whole() {
    for size in [0, 1, limits::MAX_BODY] {
        let request = get("/length")
            .method(actix_web::http::Method::POST)
            .insert_header(("content-length", size.to_string()))
            .set_payload("x".repeat(size));
        assert_eq!(send(request).await.1, size.to_string());
    }
}

#[rstest]
#[case::page("/login", "text/html; charset=utf-8", "<html")]
#[case::oauth("/oauth2/token", "application/json", "\"error\":\"server_error\"")]
#[case::api("/api/tasks", "application/problem+json", "\"status\":500")]
#[case::error_value("/fails", "text/html; charset=utf-8", "<html")]
#[actix_web::test]
async fn server_error_shows_request_id_and_hides_cause(
    #[case] path: &str,
    #[case] content_type: &str,
    #[case] expected: &str,
) {
    let (response, body) = send(get(path)).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(header(&response, "content-type"), content_type);
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(
        header(&response, "strict-transport-security"),
        "max-age=31536000"
    );
    assert!(body.contains(expected), "{body}");
    assert!(
        !body.contains("canary-cause") && !body.contains("panicked"),
        "{body}"
    );
    assert!(header(&response, "x-request-id").len() == 36);
}

#[rstest]
#[case("keep-alive", ConnectionType::KeepAlive)]
#[case("Upgrade, HTTP2-Settings", ConnectionType::Close)]
#[actix_web::test]
async fn connection_closes_after_ignored_upgrade(
    #[case] requested: &str,
    #[case] becomes: ConnectionType,
) {
    let request = get("/who").insert_header(("connection", requested));
    let (response, _) = send(request.insert_header(("upgrade", "h2c"))).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.head().connection_type(), becomes);
}

#[actix_web::test]
async fn server_continues_after_panic() {
    let app = App::new()
        .route("/login", web::get().to(panics))
        .route("/who", web::get().to(who));
    let app = init_service(app.wrap(middleware())).await;
    for _ in 0..3 {
        assert!(
            try_call_service(&app, get("/login").to_request())
                .await
                .is_err()
        );
        let response = try_call_service(&app, get("/who").to_request())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}

#[actix_web::test]
async fn public_documents_are_readable_from_each_origin() {
    let (response, _) =
        send(get("/oauth2/jwks").insert_header(("origin", "https://x.example"))).await;
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert_eq!(header(&response, "access-control-allow-credentials"), "");
    let (response, _) = send(get("/who").insert_header(("origin", "https://x.example"))).await;
    assert_eq!(header(&response, "access-control-allow-origin"), "");
}

#[rstest]
#[case("/oauth2/jwks", 204, "GET, HEAD")]
#[case("/oauth2/token", 404, "")]
#[actix_web::test]
async fn preflights_are_answered_for_public_documents(
    #[case] path: &str,
    #[case] status: u16,
    #[case] methods: &str,
) {
    let request = get(path)
        .method(actix_web::http::Method::OPTIONS)
        .insert_header(("origin", "https://x.example"))
        .insert_header(("access-control-request-method", "GET"));
    let (response, _) = send(request).await;
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(header(&response, "access-control-allow-methods"), methods);
}

#[actix_web::test]
async fn handler_is_called_after_body_is_complete() {
    let (called, is_there) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let (count, gate) = (Rc::clone(&called), Rc::clone(&is_there));
    let handler = move || {
        count.set(count.get() + 1);
        ready(HttpResponse::Ok().finish())
    };
    let app = App::new().route("/length", web::post().to(handler));
    let app = init_service(app.wrap(middleware())).await;
    let mut request = TestRequest::post()
        .uri("/length")
        .insert_header(("host", "id.example"))
        .insert_header(("content-length", "9"))
        .to_request();
    let started = stream::iter([Ok(web::Bytes::from_static(b"name="))]);
    let rest = stream::poll_fn(move |_| {
        if gate.get() {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    });
    *request.payload() = Payload::from(started.chain(rest).boxed_local());
    let mut response = pin!(app.call(request));
    assert!(response.as_mut().now_or_never().is_none());
    assert_eq!(called.get(), 0);
    is_there.set(true);
    assert_eq!(response.await.unwrap().status(), StatusCode::OK);
    assert_eq!(called.get(), 1);
}
