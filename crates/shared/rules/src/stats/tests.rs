use serde_json::Map;
use uuid::Uuid;

use super::*;
use doorward_domain::model::{AttemptStep, AuditId, SignInAttemptId};

/// Noon of a day (UTC).
const NOON: i64 = 1_799_971_200 + DAY / 2;

fn event(kind: AuditKind, at: i64, user: u128) -> AuditRecord {
    AuditRecord {
        id: AuditId::from_uuid(Uuid::from_u128(user)),
        at,
        kind: kind.as_str().to_owned(),
        actor: None,
        subject: Some(UserId::from_uuid(Uuid::from_u128(user)).to_string()),
        client_id: Some("app".to_owned()),
        ip: None,
        user_agent: None,
        success: true,
        detail: String::new(),
        request_id: None,
    }
}

fn attempt(outcome: AttemptOutcome, client: Option<&str>) -> SignInAttempt {
    SignInAttempt {
        id: SignInAttemptId::from_uuid(Uuid::from_u128(1)),
        at: NOON,
        step: AttemptStep::Password,
        outcome,
        rule: String::new(),
        reason: String::new(),
        user_id: None,
        name_hash: None,
        client_id: client.map(str::to_owned),
        request_id: None,
        address: None,
        detail: Map::new(),
    }
}

fn count(client: Option<&str>, kind: StatKind, hour: i64, n: i64) -> StatCount {
    StatCount {
        client: client.map(str::to_owned),
        hour,
        kind,
        n,
    }
}

#[test]
fn every_kind_has_word() {
    for kind in StatKind::ALL {
        assert_eq!(StatKind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(StatKind::parse("other"), None);
}

#[test]
fn events_count_for_their_hour() {
    let events = [
        event(AuditKind::LoginSucceeded, NOON, 1),
        event(AuditKind::LoginSucceeded, NOON + HOUR - 1, 1),
        event(AuditKind::LoginSucceeded, NOON + HOUR, 2),
        event(AuditKind::LoginFailed, NOON, 1),
        event(AuditKind::UserChanged, NOON, 1),
    ];
    let tally = Tally::of_events(&events);
    let expected = [
        count(None, StatKind::SignIn, NOON, 2),
        count(None, StatKind::SignInFailed, NOON, 1),
        count(None, StatKind::SignIn, NOON + HOUR, 1),
    ];
    assert_eq!(tally.counts(), expected);
}

#[test]
fn attempts_count_for_their_client() {
    let attempts = [
        attempt(AttemptOutcome::Succeeded, Some("app")),
        attempt(AttemptOutcome::Succeeded, None),
        attempt(AttemptOutcome::Failed, Some("app")),
        attempt(AttemptOutcome::Rejected, Some("app")),
        attempt(AttemptOutcome::Rejected, None),
        attempt(AttemptOutcome::Abandoned, Some("app")),
    ];
    let mut tally = Tally::of_attempts(&attempts);
    let expected = [
        count(None, StatKind::RequestRejected, NOON, 2),
        count(Some("app"), StatKind::SignIn, NOON, 1),
        count(Some("app"), StatKind::SignInFailed, NOON, 1),
        count(Some("app"), StatKind::RequestRejected, NOON, 1),
    ];
    assert_eq!(tally.counts(), expected);
    tally.merge(tally.clone());
    assert_eq!(tally.counts()[0].n, 4);
}

#[test]
fn first_sign_in_of_each_user_and_day_is_found() {
    let day = day_of(NOON);
    let events = [
        event(AuditKind::LoginFailed, day, 1),
        event(AuditKind::LoginSucceeded, day, 1),
        event(AuditKind::LoginSucceeded, day + DAY - 1, 1),
        event(AuditKind::LoginSucceeded, day, 2),
        event(AuditKind::LoginSucceeded, day + DAY, 1),
    ];
    let found = first_sign_ins(&events);
    assert_eq!(found, [&events[1], &events[3], &events[4]]);
}

#[test]
fn series_compares_with_day_before() {
    let now = NOON + 90;
    let counts = [
        count(None, StatKind::SignIn, NOON, 3),
        count(None, StatKind::SignIn, NOON - 23 * HOUR, 2),
        count(None, StatKind::SignIn, NOON - 24 * HOUR, 4),
        count(None, StatKind::SignIn, NOON - 47 * HOUR, 1),
        count(None, StatKind::SignIn, NOON - 48 * HOUR, 9),
        count(Some("app"), StatKind::SignIn, NOON, 9),
        count(None, StatKind::SignInFailed, NOON, 9),
    ];
    let found = series(&counts, StatKind::SignIn, now);
    assert_eq!((found.total, found.before), (5, 5));
    assert_eq!(found.hours.len(), 24);
    assert_eq!(found.hours[0], (NOON - 23 * HOUR, 2));
    assert_eq!(found.hours[23], (NOON, 3));
}

#[test]
fn active_users_are_those_of_today() {
    let day = day_of(NOON);
    let counts = [
        count(None, StatKind::ActiveUser, day, 3),
        count(None, StatKind::ActiveUser, day - HOUR, 7),
        count(None, StatKind::ActiveUser, NOON - DAY, 2),
        count(None, StatKind::ActiveUser, NOON - DAY + HOUR, 4),
    ];
    let found = series(&counts, StatKind::ActiveUser, NOON);
    assert_eq!((found.total, found.before), (3, 2));
}

#[test]
fn hours_are_kept_for_90_days() {
    let end = kept_by_hour_from(NOON);
    assert_eq!(end, day_of(NOON) - 90 * DAY);
    assert_eq!(kept_by_hour_from(day_of(NOON) + DAY - 1), end);
    assert_eq!(last_two_days(NOON), NOON - 47 * HOUR);
}

#[test]
fn last_use_of_provider_is_its_newest_success() {
    let used = |kind, at, detail: &str| AuditRecord {
        detail: detail.to_owned(),
        ..event(kind, at, 1)
    };
    let acme = r#"{"method":"provider","provider":"acme"}"#;
    let events = [
        used(AuditKind::LoginSucceeded, NOON + 2, acme),
        used(AuditKind::FirstStepPassed, NOON + 3, acme),
        used(AuditKind::LoginSucceeded, NOON + 1, acme),
        used(AuditKind::AccountLinked, NOON, r#"{"provider":"beta"}"#),
        // Neither of these is an authentication at a provider.
        used(AuditKind::AccountUnlinked, NOON + 9, acme),
        used(AuditKind::LoginFailed, NOON + 9, acme),
        AuditRecord {
            success: false,
            ..used(AuditKind::LoginSucceeded, NOON + 9, acme)
        },
        used(AuditKind::LoginSucceeded, NOON, r#"{"method":"password"}"#),
        used(AuditKind::LoginSucceeded, NOON, r#"{"provider":"Not one"}"#),
        used(AuditKind::LoginSucceeded, NOON, ""),
    ];
    let expected = [("acme", NOON + 3), ("beta", NOON)];
    let expected = expected.map(|(id, at)| (ProviderId::parse(id).unwrap(), at));
    assert_eq!(provider_uses(&events), BTreeMap::from(expected));
}

#[test]
fn days_are_sums_of_their_hours() {
    let count = |at: i64, kind, n| StatCount {
        client: None,
        hour: hour_of(at),
        kind,
        n,
    };
    let counts = [
        count(NOON, StatKind::SignIn, 2),
        count(NOON + HOUR, StatKind::SignIn, 3),
        count(NOON - 2 * DAY, StatKind::SignIn, 4),
        count(NOON, StatKind::SignInFailed, 9),
        count(NOON - 3 * DAY, StatKind::SignIn, 8),
    ];
    let today = day_of(NOON);
    let days = by_day(&counts, StatKind::SignIn, NOON, 3);
    assert_eq!(days, [(today - 2 * DAY, 4), (today - DAY, 0), (today, 5)]);
    assert_eq!(first_day(NOON, 3), today - 2 * DAY);
}
