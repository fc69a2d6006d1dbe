use actix_web::test::TestRequest;
use rstest::rstest;

use super::has_accepted_type;

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

#[rstest]
#[case("application/json", true)]
#[case("Application/JSON; charset=UTF-8", true)]
#[case("application/json;charset=\"utf-8\"", true)]
#[case("application/merge-patch+json", true)]
#[case("application/json; charset=latin1", false)]
#[case("application/jsonp", false)]
#[case("text/plain", false)]
#[case("", false)]
fn media_type_is_parsed_with_parameters(#[case] value: &str, #[case] expected: bool) {
    let request = TestRequest::default()
        .insert_header(("Content-Type", value))
        .to_http_request();
    assert_eq!(has_accepted_type(&request, &[JSON, MERGE_PATCH]), expected);
}

#[test]
fn none_or_two_media_types_are_not_accepted() {
    let none = TestRequest::default().to_http_request();
    assert!(!has_accepted_type(&none, &[JSON]));
    let two = TestRequest::default()
        .append_header(("Content-Type", "application/json"))
        .append_header(("Content-Type", "text/plain"))
        .to_http_request();
    assert!(!has_accepted_type(&two, &[JSON]));
}
