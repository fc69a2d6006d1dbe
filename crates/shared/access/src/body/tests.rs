use actix_web::http::header::HeaderName;
use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;

const MOST: usize = 64 * 1024;
const PATIENT: BodyLimits = BodyLimits {
    max_bytes: MOST,
    time_limit: Duration::from_secs(10),
    earning: Some(64 * 1024),
};

#[rstest]
#[case(MOST, true)]
#[case(MOST + 1, false)]
#[actix_web::test]
async fn unannounced_body_ends_at_limit(#[case] size: usize, #[case] whole: bool) {
    let mut request = TestRequest::post()
        .insert_header((TRANSFER_ENCODING, "chunked"))
        .set_payload(Bytes::from(vec![b'x'; size]))
        .to_srv_request();
    let arrived = bound(&mut request, PATIENT);
    let chunks: Vec<_> = request.take_payload().collect().await;
    assert_eq!(arrived.is_unread(), !whole);
    assert!(!arrived.is_late());
    assert_eq!(matches!(chunks.last(), Some(Ok(_))), whole);
    let overflow = matches!(chunks.last(), Some(Err(PayloadError::Overflow)));
    assert_eq!(overflow, !whole);
}

#[rstest]
#[case(0, Some(64 * 1024), 10)]
#[case(64 * 1024 - 1, Some(64 * 1024), 10)]
#[case(64 * 1024, Some(64 * 1024), 11)]
#[case(100 * 64 * 1024, Some(64 * 1024), 110)]
#[case(100 * 64 * 1024, None, 10)]
#[case(1, Some(0), 10)]
fn received_bytes_extend_time_limit(
    #[case] read: usize,
    #[case] earning: Option<usize>,
    #[case] seconds: u64,
) {
    let bound = BodyLimits { earning, ..PATIENT };
    assert_eq!(bound.time(read), Duration::from_secs(seconds));
}

#[rstest]
#[case(vec![(TRANSFER_ENCODING, "chunked")])]
#[case(vec![(CONTENT_LENGTH, "100")])]
#[actix_web::test]
async fn endless_body_is_late(#[case] headers: Vec<(HeaderName, &str)>) {
    let mut request = TestRequest::post();
    for header in headers {
        request = request.insert_header(header);
    }
    let mut request = request.to_srv_request();
    let started = stream::iter([Ok(Bytes::from_static(b"begun"))]).chain(stream::pending());
    request.set_payload(Payload::Stream {
        payload: Box::pin(started),
    });
    let impatient = BodyLimits {
        time_limit: Duration::from_millis(20),
        ..PATIENT
    };
    let arrived = bound(&mut request, impatient);
    let chunks: Vec<_> = request.take_payload().collect().await;
    assert!(arrived.is_late() && arrived.is_unread());
    assert!(matches!(
        chunks[..],
        [Ok(_), Err(PayloadError::Incomplete(None))]
    ));
}

#[actix_web::test]
async fn unread_body_is_kept_until_response_is_sent() {
    let dropped = Rc::new(());
    let mut request = TestRequest::post()
        .insert_header((TRANSFER_ENCODING, "chunked"))
        .to_srv_request();
    let guard = Rc::clone(&dropped);
    let endless = stream::pending::<Result<Bytes, PayloadError>>().inspect(move |_| {
        let _ = &guard;
    });
    request.set_payload(Payload::Stream {
        payload: Box::pin(endless),
    });
    let arrived = bound(&mut request, PATIENT);
    drop(request);
    assert!(arrived.is_unread() && !arrived.is_late());
    let response = arrived.hold(HttpResponse::NotFound().body("no"));
    assert_eq!(Rc::strong_count(&dropped), 2);
    drop(response);
    assert_eq!(Rc::strong_count(&dropped), 1);
}

#[actix_web::test]
async fn request_without_body_is_not_awaited() {
    for request in [
        TestRequest::get(),
        TestRequest::post().insert_header((CONTENT_LENGTH, "0")),
    ] {
        let arrived = bound(&mut request.to_srv_request(), PATIENT);
        assert!(!arrived.is_unread() && !arrived.is_late());
    }
}

#[rstest]
#[case::all(&["one", "two"], 100, 2)]
#[case::all_requested(&["one", "two", "three"], 4, 2)]
#[case::nothing(&[], 100, 0)]
#[actix_web::test]
async fn gathered_body_is_read_again(
    #[case] sent: &'static [&'static str],
    #[case] max: usize,
    #[case] gathered: usize,
) {
    let existing = Rc::new(Cell::new(0));
    let count = Rc::clone(&existing);
    let chunks = stream::iter(sent).map(|chunk| Ok(Bytes::from_static(chunk.as_bytes())));
    let mut request = TestRequest::post().to_srv_request();
    request.set_payload(Payload::Stream {
        payload: Box::pin(chunks.inspect(move |_| count.set(count.get() + 1)).fuse()),
    });
    gather(&mut request, max).await;
    assert_eq!(existing.get(), gathered);
    let read: Vec<_> = request.take_payload().map(Result::unwrap).collect().await;
    assert_eq!(read, sent);
}

#[actix_web::test]
async fn aborted_body_is_aborted_for_reader_too() {
    let mut request = TestRequest::post().to_srv_request();
    let broken = [
        Ok(Bytes::from_static(b"begun")),
        Err(PayloadError::Incomplete(None)),
    ];
    request.set_payload(Payload::Stream {
        payload: Box::pin(stream::iter(broken).chain(stream::pending())),
    });
    gather(&mut request, MOST).await;
    let chunks: Vec<_> = request.take_payload().take(2).collect().await;
    assert!(matches!(
        chunks[..],
        [Ok(_), Err(PayloadError::Incomplete(None))]
    ));
}
