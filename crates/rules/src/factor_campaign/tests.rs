use rstest::rstest;

use super::*;

const NOW: i64 = 100 * DAY;

const fn cover(starts_at: i64, excepted_until: Option<i64>) -> CampaignCover {
    CampaignCover {
        starts_at,
        excepted_until,
    }
}

#[rstest]
#[case::none(&[], Protection::Optional)]
#[case::later(&[cover(NOW + 1, None)], Protection::From(NOW + 1))]
#[case::from_its_second(&[cover(NOW, None)], Protection::Required)]
#[case::started(&[cover(NOW - 9, None)], Protection::Required)]
#[case::earliest(&[cover(NOW + 9, None), cover(NOW + 5, None)], Protection::From(NOW + 5))]
#[case::one_started(&[cover(NOW + 9, None), cover(NOW, None)], Protection::Required)]
#[case::excepted(&[cover(NOW - 9, Some(NOW + 7))], Protection::From(NOW + 7))]
#[case::exception_ended(&[cover(NOW - 9, Some(NOW))], Protection::Required)]
#[case::exception_before_start(&[cover(NOW + 9, Some(NOW + 7))], Protection::From(NOW + 9))]
#[case::excepted_from_both(
    &[cover(NOW - 9, Some(NOW + 7)), cover(NOW + 8, Some(NOW + 7))],
    Protection::From(NOW + 7)
)]
fn campaigns_determine_protection(#[case] covers: &[CampaignCover], #[case] expected: Protection) {
    assert_eq!(Protection::of_campaigns(covers, NOW), expected);
}

#[rstest]
#[case(Protection::Optional, FactorRequirement::OneFactor, None)]
#[case(Protection::From(7), FactorRequirement::OneFactor, Some(7))]
#[case(Protection::Required, FactorRequirement::TwoFactors, None)]
fn protection_requires_or_announces(
    #[case] protection: Protection,
    #[case] requirement: FactorRequirement,
    #[case] announced: Option<i64>,
) {
    assert_eq!(protection.requirement(), requirement);
    assert_eq!(protection.announced(), announced);
}

#[rstest]
#[case(&[], Some(&[]))]
#[case(&[1, 14, 7, 7], Some(&[14, 7, 1]))]
#[case(&[90], Some(&[90]))]
#[case(&[0], None)]
#[case(&[91], None)]
#[case(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], None)]
fn reminders_are_sorted_and_limited(#[case] days: &[u32], #[case] expected: Option<&[u32]>) {
    assert_eq!(check_reminders(days).ok().as_deref(), expected);
}

#[rstest]
#[case::all_left(NOW - 1, Some(NOW))]
#[case::first_sent(NOW, Some(NOW + 7 * DAY))]
#[case::second_sent(NOW + 7 * DAY, Some(NOW + 13 * DAY))]
#[case::skips_missed(NOW + 8 * DAY, Some(NOW + 13 * DAY))]
#[case::none_left(NOW + 13 * DAY, None)]
fn next_reminder_follows_the_last(#[case] after: i64, #[case] expected: Option<i64>) {
    let start = NOW + 14 * DAY;
    assert_eq!(next_reminder(start, &[14, 7, 1], after), expected);
}

#[rstest]
#[case(None, NOW + 9, false)]
#[case(Some(NOW + 1), NOW + 9, false)]
#[case(Some(NOW), NOW + 9, true)]
#[case(Some(NOW - 5), NOW + 1, true)]
#[case(Some(NOW - 5), NOW, false)]
fn reminder_is_due_before_start(
    #[case] due: Option<i64>,
    #[case] start: i64,
    #[case] expected: bool,
) {
    assert_eq!(is_reminder_due(due, start, NOW), expected);
}
