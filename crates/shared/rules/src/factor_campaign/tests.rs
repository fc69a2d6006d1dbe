use doorward_domain::model::{CampaignTarget, FactorCampaignId};
use rstest::rstest;
use uuid::Uuid;

use super::*;

const NOW: i64 = 100 * DAY;

const fn cover(starts_at: i64, excepted_until: Option<i64>) -> CampaignCover {
    CampaignCover {
        starts_at,
        excepted_until,
    }
}

const STARTED: CampaignCover = cover(NOW - 9, None);
const STARTS: CampaignCover = cover(NOW, None);
const SOON: CampaignCover = cover(NOW + 5, None);
const LATER: CampaignCover = cover(NOW + 9, None);
const EXCEPTED: CampaignCover = cover(NOW - 9, Some(NOW + 7));
const EXCEPTED_BEFORE: CampaignCover = cover(NOW + 9, Some(NOW + 7));
const EXCEPTION_ENDED: CampaignCover = cover(NOW - 9, Some(NOW));

#[rstest]
#[case::none(&[], Protection::Optional)]
#[case::later(&[LATER], Protection::From(NOW + 9))]
#[case::from_its_second(&[STARTS], Protection::Required)]
#[case::started(&[STARTED], Protection::Required)]
#[case::earliest(&[LATER, SOON], Protection::From(NOW + 5))]
#[case::one_started(&[LATER, STARTS], Protection::Required)]
#[case::excepted(&[EXCEPTED], Protection::From(NOW + 7))]
#[case::exception_ended(&[EXCEPTION_ENDED], Protection::Required)]
#[case::exception_before_start(&[EXCEPTED_BEFORE], Protection::From(NOW + 9))]
#[case::excepted_from_both(&[EXCEPTED, EXCEPTED_BEFORE], Protection::From(NOW + 7))]
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
#[case(&[], &[])]
#[case(&[1, 14, 7, 7], &[14, 7, 1])]
#[case(&[90], &[90])]
fn reminders_are_sorted(#[case] days: &[u32], #[case] expected: &[u32]) {
    assert_eq!(check_reminders(days).as_deref(), Ok(expected));
}

#[rstest]
#[case(&[0])]
#[case(&[91])]
#[case(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])]
fn reminders_are_limited(#[case] days: &[u32]) {
    assert!(check_reminders(days).is_err(), "{days:?}");
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

/// Returns a campaign of 30 days ago with reminders 14 days and a day before its start.
fn campaign(starts_at: i64) -> FactorCampaign {
    FactorCampaign {
        id: FactorCampaignId::from_uuid(Uuid::from_u128(1)),
        target: CampaignTarget::All,
        starts_at,
        reminders: vec![14, 1],
        reminder_due_at: None,
        reminded: None,
        created_at: NOW - 30 * DAY,
        ended_at: None,
    }
}

#[rstest]
#[case::no_reminder_sent(20, 30, Some(16))]
#[case::reminder_named_former_date(10, 30, Some(0))]
#[case::had_started(-5, 30, Some(0))]
#[case::reminder_missed(30, 10, Some(0))]
#[case::all_reminders_left(30, 15, Some(1))]
#[case::starts_now(10, 0, None)]
#[case::started(30, -1, None)]
fn moved_start_is_announced(
    #[case] former: i64,
    #[case] start: i64,
    #[case] expected: Option<i64>,
) {
    let at = |days: i64| NOW + days * DAY;
    let next = reminder_after_move(&campaign(at(former)), at(start), NOW);
    assert_eq!(next, expected.map(at));
}

#[test]
fn start_moves_silently_without_reminders() {
    let silent = FactorCampaign {
        reminders: Vec::new(),
        ..campaign(NOW + DAY)
    };
    assert_eq!(reminder_after_move(&silent, NOW + 9 * DAY, NOW), None);
}
