use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, test as harness};

use super::*;

#[actix_web::test]
async fn each_asset_is_served_immutable_under_hash() {
    let app = harness::init_service(App::new().configure(configure)).await;
    for (url, content_type, body) in assets::all() {
        let reply =
            harness::call_service(&app, harness::TestRequest::get().uri(url).to_request()).await;
        assert_eq!(reply.status(), StatusCode::OK, "{url}");
        assert_eq!(
            reply.headers().get(header::CONTENT_TYPE).unwrap(),
            content_type,
            "{url}"
        );
        assert_eq!(
            reply.headers().get(header::CACHE_CONTROL).unwrap(),
            IMMUTABLE,
            "{url}"
        );
        assert_eq!(harness::read_body(reply).await, body, "{url}");
    }
}

#[actix_web::test]
async fn unknown_assets_and_methods_are_rejected() {
    let app = harness::init_service(App::new().configure(configure)).await;
    for url in [
        "/static/app.css",
        "/static/app.000000000000.css",
        "/static/",
        "/static/../x",
    ] {
        let reply =
            harness::call_service(&app, harness::TestRequest::get().uri(url).to_request()).await;
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{url}");
    }
    let post = harness::TestRequest::default()
        .method(Method::POST)
        .uri(assets::css_url())
        .to_request();
    let reply = harness::call_service(&app, post).await;
    assert_eq!(reply.status(), StatusCode::METHOD_NOT_ALLOWED);
    // RFC 9110 §15.5.6.
    assert_eq!(reply.headers().get(header::ALLOW).unwrap(), "GET, HEAD");
}
