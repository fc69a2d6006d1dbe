use rstest::rstest;

use super::{DAY, period, start_of_day};

#[test]
fn periods_are_whole_days() {
    let now = 20_000 * DAY + 5;
    assert_eq!(period("today", now), (Some(20_000 * DAY), None));
    let yesterday = (Some(19_999 * DAY), Some(20_000 * DAY));
    assert_eq!(period("yesterday", now), yesterday);
    assert_eq!(period("week", now), (Some(19_994 * DAY), None));
    assert_eq!(period("", now), (None, None));
}

#[rstest]
#[case("1970-01-01", Some(0))]
#[case("2027-01-31", Some(20_849))]
#[case("2023-02-29", None)]
#[case("2023-04", None)]
#[case("2023-04-01T00:00", None)]
#[case("", None)]
fn days_start_at_midnight(#[case] text: &str, #[case] days: Option<i64>) {
    assert_eq!(start_of_day(text), days.map(|days| days * DAY));
}
