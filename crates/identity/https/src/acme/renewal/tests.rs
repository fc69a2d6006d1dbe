use rstest::rstest;

use super::*;
use crate::testing;

const NOW: i64 = 1_800_000_000;

fn schedule(window: Option<(i64, i64)>, seed: u8) -> Schedule {
    Schedule {
        not_before: NOW,
        not_after: NOW + 90 * DAY,
        window: window.map(|(start, end)| Window { start, end }),
        seed,
    }
}

#[rstest]
#[case::two_thirds(None, 0, NOW + 60 * DAY)]
#[case::begin_of_window(Some((NOW + DAY, NOW + 2 * DAY)), 0, NOW + DAY)]
#[case::middle_of_window(Some((NOW, NOW + 256)), 128, NOW + 128)]
#[case::revoked(Some((NOW - 2 * DAY, NOW - DAY)), 0, NOW - 2 * DAY)]
#[case::beyond_the_end(Some((NOW + 91 * DAY, NOW + 92 * DAY)), 0, NOW + 90 * DAY - HOUR)]
#[case::reversed(Some((NOW + DAY, NOW)), 255, NOW + DAY)]
fn window_of_authority_decides(
    #[case] window: Option<(i64, i64)>,
    #[case] seed: u8,
    #[case] expected: i64,
) {
    assert_eq!(schedule(window, seed).renew_at(), expected);
}

#[rstest]
#[case::before(NOW + 60 * DAY - 1, false)]
#[case::due(NOW + 60 * DAY, true)]
#[case::expired(NOW + 91 * DAY, true)]
#[case::clock_far_ahead(NOW + 9_000 * DAY, true)]
#[case::clock_behind(NOW - DAY, false)]
fn clock_decides_with_certificate(#[case] now: i64, #[case] due: bool) {
    assert_eq!(schedule(None, 0).is_due(now), due);
}

#[test]
fn clock_behind_revoked_certificate_waits() {
    let revoked = schedule(Some((NOW - 2 * DAY, NOW - DAY)), 0);
    assert!(!revoked.is_due(NOW - DAY), "the clock is behind");
    assert!(revoked.is_due(NOW));
}

#[rstest]
#[case(1, None, FIRST_RETRY)]
#[case(2, None, 2 * FIRST_RETRY)]
#[case(5, None, 16 * FIRST_RETRY)]
#[case(6, None, 4 * HOUR)]
#[case(4_000_000_000, None, 4 * HOUR)]
#[case(1, Some(7_200), 7_200)]
#[case(1, Some(1), FIRST_RETRY)]
#[case(1, Some(u64::MAX), FIRST_RETRY)]
#[case(1, Some(86_400), DAY)]
#[case(1, Some(1_000_000), 7 * DAY)]
fn attempts_become_rarer(#[case] failures: u32, #[case] demanded: Option<u64>, #[case] wait: i64) {
    assert_eq!(retry_at(NOW, failures, demanded), NOW + wait);
}

#[rstest]
#[case::first(None, true)]
#[case::waits(Some(NOW + 1), false)]
#[case::due(Some(NOW), true)]
#[case::longest(Some(NOW + 7 * DAY), false)]
#[case::clock_was_ahead(Some(NOW + 7 * DAY + 1), true)]
fn next_attempt_survives_clock_jump(#[case] next: Option<i64>, #[case] allowed: bool) {
    assert_eq!(may_attempt(NOW, next), allowed);
}

fn answer(body: &str) -> Answer {
    Answer {
        status: 200,
        body: body.as_bytes().to_vec(),
        ..Answer::default()
    }
}

const DIRECTORY: &str = r#"{"newNonce":"n","newAccount":"a","newOrder":"o",
                            "renewalInfo":"https://ca.example/renewal-info"}"#;

#[test]
fn rfc_9773_4_information_is_read() {
    let mut query = RenewalQuery::new("https://ca.example/directory", "aYhb.AIdl");
    assert_eq!(query.call().url, "https://ca.example/directory");
    assert_eq!(
        query.receive(&answer(DIRECTORY), NOW),
        Ok(RenewalAnswer::Ask)
    );
    assert_eq!(
        query.call().url,
        "https://ca.example/renewal-info/aYhb.AIdl"
    );
    let body = r#"{"suggestedWindow":{"start":"2027-01-15T08:00:00Z","end":"2027-01-15T09:00:00+00:00"},
                   "explanationURL":"https://ca.example/why"}"#;
    let mut ask = |answer: &Answer| match query.receive(answer, NOW).unwrap() {
        RenewalAnswer::Info(info) => info,
        other => panic!("{other:?}"),
    };
    let info = ask(&answer(body));
    let window = Window {
        start: NOW,
        end: NOW + HOUR,
    };
    assert_eq!(info.window, window);
    assert_eq!(info.ask_at, NOW + 21_600);
    for (field, wait) in [("120", 120), ("1", 60), ("900000", DAY)] {
        let answer = Answer {
            retry_after: Some(field.to_owned()),
            ..answer(body)
        };
        assert_eq!(ask(&answer).ask_at, NOW + wait);
    }
}

#[test]
fn authority_without_information_has_none() {
    let mut query = RenewalQuery::new("https://ca.example/directory", "id");
    let directory = r#"{"newNonce":"n","newAccount":"a","newOrder":"o"}"#;
    assert_eq!(
        query.receive(&answer(directory), NOW),
        Ok(RenewalAnswer::Nothing)
    );
}

#[rstest]
#[case("{}")]
#[case(r#"{"suggestedWindow":{"start":"soon","end":"2027-01-15T09:00:00Z"}}"#)]
#[case(r#"{"suggestedWindow":{"start":"2027-01-15T09:00:00Z","end":"2027-01-15T08:00:00Z"}}"#)]
fn malformed_information_is_error(#[case] body: &str) {
    let mut query = RenewalQuery::new("https://ca.example/directory", "id");
    query.receive(&answer(DIRECTORY), NOW).unwrap();
    assert!(query.receive(&answer(body), NOW).is_err());
}

#[test]
fn certificate_without_issuer_key_has_no_id() {
    assert_eq!(certificate_id(&testing::pair(&["id.example.org"])), None);
}
