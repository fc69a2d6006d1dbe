use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;

#[rstest]
#[case(MAX_TARGET, Ok(()))]
#[case(MAX_TARGET + 1, Err(Refusal::TargetTooLong))]
fn the_target_has_a_limit(#[case] length: usize, #[case] verdict: Result<(), Refusal>) {
    let target = format!("/login?x={}", "a".repeat(length - "/login?x=".len()));
    assert_eq!(
        check_head(&TestRequest::with_uri(&target).to_srv_request()),
        verdict
    );
}

#[rstest]
#[case(MAX_HEADERS, Ok(()))]
#[case(MAX_HEADERS + 1, Err(Refusal::HeadersTooLarge))]
fn the_headers_have_a_limit(#[case] size: usize, #[case] verdict: Result<(), Refusal>) {
    let value = "a".repeat(size - "x-a".len() - "x-b".len() - 10);
    let request = TestRequest::get()
        .insert_header(("x-a", value))
        .insert_header(("x-b", "b".repeat(10)))
        .to_srv_request();
    assert_eq!(check_head(&request), verdict);
}

#[rstest]
#[case("0", Ok(()))]
#[case("65536", Ok(()))]
#[case("65537", Err(Refusal::BodyTooLarge))]
#[case("99999999999999999999999", Err(Refusal::BodyTooLarge))]
#[case("-1", Err(Refusal::BodyTooLarge))]
fn the_announced_body_has_a_limit(#[case] length: &str, #[case] verdict: Result<(), Refusal>) {
    let request = TestRequest::post()
        .insert_header((CONTENT_LENGTH, length))
        .to_srv_request();
    assert_eq!(check_body(&request), verdict);
}

#[test]
fn a_picture_may_be_longer() {
    let patience = Duration::from_secs(10);
    for (path, most) in [
        ("/login", MAX_BODY),
        (UPLOADS[0], MAX_UPLOAD),
        (UPLOADS[1], MAX_UPLOAD),
    ] {
        let request = TestRequest::with_uri(path).to_srv_request();
        assert_eq!(bound(&request, patience).most, most, "{path}");
    }
}
