use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use rstest::rstest;

use super::{Failure, failure, retry_after};

#[rstest]
#[case::created(201, None)]
#[case::no_content(204, None)]
#[case::wrong_resource(400, Some(true))]
#[case::gone(404, Some(true))]
#[case::taken(409, Some(true))]
#[case::token(401, Some(false))]
#[case::scope(403, Some(false))]
#[case::rate(429, Some(false))]
#[case::redirect(302, Some(false))]
#[case::broken(500, Some(false))]
fn status_decides_whether_run_goes_on(#[case] status: u16, #[case] goes_on: Option<bool>) {
    let status = StatusCode::from_u16(status).unwrap();
    let found = failure(status, Some("because".to_owned()));
    let goes_on_after = found.map(|failure| matches!(failure, Failure::Resource(_)));
    assert_eq!(goes_on_after, goes_on);
}

#[rstest]
#[case::rate(429, "7", Some(7))]
#[case::busy(503, "0", Some(0))]
#[case::too_long(429, "3600", None)]
#[case::date(429, "Wed, 21 Oct 2026 07:28:00 GMT", None)]
#[case::other(500, "7", None)]
fn reads_retry_after(#[case] status: u16, #[case] field: &str, #[case] expected: Option<u64>) {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, field.parse().unwrap());
    let status = StatusCode::from_u16(status).unwrap();
    assert_eq!(retry_after(status, &headers), expected);
}
