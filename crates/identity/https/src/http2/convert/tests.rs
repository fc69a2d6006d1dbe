use actix_http::HttpMessage as _;
use rstest::rstest;

use super::*;

fn head(build: impl FnOnce(http::request::Builder) -> http::request::Builder) -> Option<Request> {
    let request = build(http::Request::builder()).body(()).unwrap();
    let (parts, ()) = request.into_parts();
    let mut converted = Request::with_payload(Payload::None);
    write_head(&parts, None, &mut converted).ok()?;
    Some(converted)
}

#[test]
fn rfc_9113_8_3_1_authority_becomes_host() {
    let request = head(|it| it.uri("https://id.example.org:8443/a%20b?c=d")).unwrap();
    assert_eq!(request.uri().to_string(), "/a%20b?c=d");
    assert_eq!(
        request.headers().get("host").unwrap(),
        "id.example.org:8443"
    );
    assert_eq!(request.head().version, Version::HTTP_2);
}

#[rstest]
#[case(&["id.example.org"], true)]
#[case(&["ID.example.org"], true)]
#[case(&["evil.example.com"], false)]
#[case(&["id.example.org", "evil.example.com"], false)]
fn rfc_9113_8_3_1_host_must_equal_authority(#[case] hosts: &[&str], #[case] accepted: bool) {
    let request = head(|mut it| {
        for host in hosts {
            it = it.header("host", *host);
        }
        it.uri("https://id.example.org/")
    });
    assert_eq!(request.is_some(), accepted);
    if let Some(request) = request {
        let hosts: Vec<_> = request.headers().get_all("host").collect();
        assert_eq!(hosts, ["id.example.org"]);
    }
}

#[test]
fn rfc_9113_8_2_3_cookies_become_one_field() {
    let request = head(|it| {
        let it = it.uri("https://id.example.org/").header("cookie", "a=1");
        it.header("accept", "x")
            .header("cookie", "b=2")
            .header("accept", "y")
    });
    let request = request.unwrap();
    let all = |name| request.headers().get_all(name).collect::<Vec<_>>();
    assert_eq!(all("cookie"), ["a=1; b=2"]);
    assert_eq!(all("accept"), ["x", "y"]);
}

#[test]
fn response_to_head_has_length_without_body() {
    for (is_head, length, size) in [
        (true, Some("5"), BodySize::Sized(0)),
        (false, None, BodySize::Sized(5)),
    ] {
        let answer = Response::build(actix_http::StatusCode::CREATED)
            .insert_header(("x-own", "1"))
            .body("hello");
        let converted = response(answer.map_into_boxed_body(), is_head);
        assert_eq!(converted.status(), 201);
        assert_eq!(converted.headers()["x-own"], "1");
        let found = converted.headers().get(CONTENT_LENGTH);
        assert_eq!(found.map(|it| it.to_str().unwrap()), length);
        assert_eq!(converted.body().size(), size);
    }
}
