use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;

#[rstest]
#[case(MAX_TARGET, Ok(()))]
#[case(MAX_TARGET + 1, Err(MiddlewareError::TargetTooLong))]
fn target_length_is_limited(#[case] length: usize, #[case] result: Result<(), MiddlewareError>) {
    let target = format!("/login?x={}", "a".repeat(length - "/login?x=".len()));
    assert_eq!(
        check_head(&TestRequest::with_uri(&target).to_srv_request()),
        result
    );
}

#[rstest]
#[case(MAX_HEADERS, Ok(()))]
#[case(MAX_HEADERS + 1, Err(MiddlewareError::HeadersTooLarge))]
fn header_size_is_limited(#[case] size: usize, #[case] result: Result<(), MiddlewareError>) {
    let value = "a".repeat(size - "x-a".len() - "x-b".len() - 10);
    let request = TestRequest::get()
        .insert_header(("x-a", value))
        .insert_header(("x-b", "b".repeat(10)))
        .to_srv_request();
    assert_eq!(check_head(&request), result);
}

#[rstest]
#[case("0", Ok(()))]
#[case("65536", Ok(()))]
#[case("65537", Err(MiddlewareError::BodyTooLarge))]
#[case("99999999999999999999999", Err(MiddlewareError::BodyTooLarge))]
#[case("-1", Err(MiddlewareError::BodyTooLarge))]
fn announced_body_size_is_limited(
    #[case] length: &str,
    #[case] result: Result<(), MiddlewareError>,
) {
    let request = TestRequest::post()
        .insert_header((CONTENT_LENGTH, length))
        .to_srv_request();
    assert_eq!(check_body(&request), result);
}

#[test]
fn picture_may_be_longer() {
    let time_limit = Duration::from_secs(10);
    for (path, max) in [
        ("/login", MAX_BODY),
        (UPLOADS[0], MAX_UPLOAD),
        (UPLOADS[1], MAX_UPLOAD),
        ("/api/admin/clients/photos/logo", MAX_UPLOAD),
        ("/admin/apps/photos/logo", MAX_UPLOAD),
        ("/admin/apps/photos/logo/remove", MAX_BODY),
        ("/api/admin/plan", MAX_UPLOAD),
    ] {
        let request = TestRequest::with_uri(path).to_srv_request();
        assert_eq!(bound(&request, time_limit).max_bytes, max, "{path}");
    }
}
