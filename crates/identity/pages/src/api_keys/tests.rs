use rstest::rstest;

use super::*;

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000;

#[rstest]
// The key works on the whole day.
#[case("2026-11-20", Some(1_795_176_000 + 12 * 3600))]
#[case(" 2026-11-21 ", Some(1_795_176_000 + 36 * 3600))]
// The limit of a year applies to days, not seconds.
#[case("2027-11-20", Some(NOW + MAX_TTL))]
#[case("2027-11-21", Some(NOW + MAX_TTL + 36 * 3600))]
#[case("2026-11-19", Some(1_795_176_000 - 12 * 3600))]
#[case("2026-02-30", None)]
#[case("20.11.2026", None)]
#[case("", None)]
#[case("999999-01-01", None)]
fn key_is_valid_through_last_day(#[case] date: &str, #[case] end: Option<i64>) {
    assert_eq!(end_of_day(date, NOW), end);
}

#[test]
fn date_has_form_of_date_input() {
    assert_eq!(date_of(NOW), "2026-11-20");
}
