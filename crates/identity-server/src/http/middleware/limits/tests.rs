use actix_web::http::header::HeaderName;
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
    let arrived = bound_stream(&mut request, Duration::from_secs(10));
    let chunks: Vec<_> = request.take_payload().collect().await;
    assert_eq!(arrived.is_unread(), !whole);
    assert!(!arrived.is_late());
    assert_eq!(matches!(chunks.last(), Some(Ok(_))), whole);
    let overflow = matches!(chunks.last(), Some(Err(PayloadError::Overflow)));
    assert_eq!(overflow, !whole);
}

#[rstest]
#[case(0, 10)]
#[case(EARNING - 1, 10)]
#[case(EARNING, 11)]
#[case(100 * EARNING, 110)]
fn what_has_arrived_earns_time(#[case] read: usize, #[case] seconds: u64) {
    let patience = Duration::from_secs(10);
    assert_eq!(patience + earned(read), Duration::from_secs(seconds));
}

#[rstest]
#[case(vec![(TRANSFER_ENCODING, "chunked")])]
#[case(vec![(CONTENT_LENGTH, "100")])]
#[actix_web::test]
async fn a_body_that_never_ends_is_late(#[case] headers: Vec<(HeaderName, &str)>) {
    let mut request = TestRequest::post();
    for header in headers {
        request = request.insert_header(header);
    }
    let mut request = request.to_srv_request();
    let begun = stream::iter([Ok(Bytes::from_static(b"begun"))]).chain(stream::pending());
    request.set_payload(Payload::Stream {
        payload: Box::pin(begun),
    });
    let arrived = bound_stream(&mut request, Duration::from_millis(20));
    let chunks: Vec<_> = request.take_payload().collect().await;
    assert!(arrived.is_late() && arrived.is_unread());
    assert!(matches!(
        chunks[..],
        [Ok(_), Err(PayloadError::Incomplete(None))]
    ));
}
