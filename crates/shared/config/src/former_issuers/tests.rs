use rstest::rstest;

use super::*;

/// 2027-06-30T00:00:00Z.
const END: i64 = 1_814_313_600;

#[rstest]
#[case::no_end(None, END + 1, true)]
#[case::before(Some("2027-06-30"), END - 1, true)]
#[case::that_day(Some("2027-06-30"), END, false)]
#[case::unreadable(Some("soon"), 0, false)]
fn hosts_are_served_before_end(
    #[case] until: Option<&str>,
    #[case] now: i64,
    #[case] expected: bool,
) {
    let former = FormerIssuers {
        until: until.map(str::to_owned),
        ..FormerIssuers::default()
    };
    assert_eq!(former.is_served(now), expected);
}
