use std::io::Read as _;

use actix_web::body::to_bytes;
use actix_web::test::TestRequest;
use flate2::read::GzDecoder;
use rstest::rstest;

use super::*;

const BODY: &str = "{\"issuer\":\"https://id.example\"}";

fn document() -> Document {
    let fields = DocumentFields {
        content_type: "application/json",
        cache_control: "public, max-age=300",
        vary: Some("Accept"),
    };
    Document::new(fields, BODY)
}

fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
    let mut values = response.headers().get_all(name);
    values.next_back().map(|value| value.to_str().unwrap())
}

fn etag(accepted: &str) -> String {
    let request = TestRequest::get().insert_header(("accept-encoding", accepted));
    let response = document().respond(&request.to_http_request());
    header(&response, "etag").unwrap().to_owned()
}

#[rstest]
#[case::equal("{}", 304)]
#[case::weak("W/{}", 304)]
#[case::later_in_list("\"a\", W/\"b\",{}", 304)]
#[case::any("*", 304)]
#[case::malformed_before("a, {}", 304)]
#[case::other("\"a\"", 200)]
#[case::without_quotes("a", 200)]
#[case::empty("", 200)]
fn rfc_9110_13_1_2_if_none_match_compares_weakly(#[case] sent: &str, #[case] status: u16) {
    let sent = sent.replace("{}", &etag("identity"));
    let request = TestRequest::get().insert_header(("if-none-match", sent));
    let response = document().respond(&request.to_http_request());
    assert_eq!(response.status(), status);
    // RFC 9110 §15.4.5: these fields are the same as in a 200.
    let expected = etag("identity");
    assert_eq!(header(&response, "etag"), Some(&*expected));
    assert_eq!(
        header(&response, "cache-control"),
        Some("public, max-age=300")
    );
    assert_eq!(header(&response, "vary"), Some("Accept"));
}

#[test]
fn tags_in_several_fields_are_compared() {
    let request = TestRequest::get()
        .append_header(("if-none-match", "\"a\""))
        .append_header(("if-none-match", etag("identity")));
    let response = document().respond(&request.to_http_request());
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
}

#[actix_web::test]
async fn compressed_document_has_own_tag() {
    assert_ne!(etag("gzip"), etag("identity"));
    let request = TestRequest::get()
        .insert_header(("accept-encoding", "gzip"))
        .insert_header(("if-none-match", etag("identity")));
    let response = document().respond(&request.to_http_request());
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-encoding"), Some("gzip"));
    assert_eq!(header(&response, "vary"), Some("accept-encoding"));
    let body = to_bytes(response.into_body()).await.unwrap();
    let mut text = String::new();
    GzDecoder::new(&*body).read_to_string(&mut text).unwrap();
    assert_eq!(text, BODY);
}

#[test]
fn document_compressed_by_middleware_has_no_tag() {
    let request = TestRequest::get()
        .insert_header(("accept-encoding", "deflate"))
        .insert_header(("if-none-match", etag("identity")));
    let response = document().respond(&request.to_http_request());
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "etag"), None);
}
