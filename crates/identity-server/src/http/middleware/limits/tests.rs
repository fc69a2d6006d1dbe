use actix_web::test::TestRequest;
use actix_web::web::Bytes;
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

#[rstest]
#[case(MAX_BODY, true)]
#[case(MAX_BODY + 1, false)]
#[actix_web::test]
async fn an_unannounced_body_ends_at_the_limit(#[case] size: usize, #[case] whole: bool) {
    let mut request = TestRequest::post()
        .insert_header((TRANSFER_ENCODING, "chunked"))
        .set_payload(Bytes::from(vec![b'x'; size]))
        .to_srv_request();
    bound_stream(&mut request);
    let chunks: Vec<_> = request.take_payload().collect().await;
    assert_eq!(matches!(chunks.last(), Some(Ok(_))), whole);
    let overflow = matches!(chunks.last(), Some(Err(PayloadError::Overflow)));
    assert_eq!(overflow, !whole);
}
