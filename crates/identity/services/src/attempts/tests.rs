use std::net::IpAddr;

use doorward_domain::random::Random;
use doorward_protocol::error::{ErrorCode, Reason};
use doorward_rules::limits::attempt_quota::UNKNOWN_OF_NETWORK;
use doorward_store::OpenOptions;
use doorward_store::repo::attempts::AttemptFilter;
use rstest::rstest;

use super::*;

const NOW: i64 = 1_800_000_000;

fn log() -> AttemptLog {
    AttemptLog::new(&MasterKey::generate(&mut rand::rng()), Arc::default())
}

fn caller() -> Caller {
    Caller {
        ip: Some("2001:db8:1:2:3:4:5:6".parse::<IpAddr>().unwrap()),
        request_id: "request-1".to_owned(),
        ..Caller::of_server(&Random::default())
    }
}

fn user() -> UserId {
    UserId::generate(NOW, &mut rand::rng())
}

fn wrong_password<'a>() -> EndedAttempt<'a> {
    EndedAttempt::failure(AttemptStep::Password, AttemptRule::WrongPassword)
}

fn rejection(code: ErrorCode, reason: Option<Reason>) -> Rejection {
    Rejection {
        code,
        reason,
        because: "a sentence".to_owned(),
        expected: Some("https://a.example/cb".to_owned()),
        received: None,
    }
}

async fn database() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
    let db = db.unwrap();
    db.migrate().await.unwrap();
    db
}

#[test]
fn known_user_has_no_name_hash() {
    let (log, user) = (log(), user());
    log.record(
        NOW,
        wrong_password().by(Some(user)).typed("alice"),
        &caller(),
    );
    log.record(NOW, wrong_password().typed("Nobody"), &caller());
    let queued = log.take();
    assert_eq!(queued[0].user_id, Some(user));
    assert_eq!(queued[0].name_hash, None);
    assert_eq!(queued[0].address.as_deref(), Some("2001:db8:1:2::/64"));
    assert_eq!(queued[0].request_id.as_deref(), Some("request-1"));
    assert_eq!(queued[0].id.at(), NOW);
    // The hash is that of the normalized name, so that an administrator finds it.
    assert_eq!(queued[1].name_hash, Some(log.name_hash(" nobody ")));
}

#[test]
fn unknown_users_do_not_displace_known_ones() {
    let log = log();
    for _ in 0..500 {
        log.record(NOW, wrong_password().typed("nobody"), &caller());
    }
    log.record(NOW, wrong_password().by(Some(user())), &caller());
    log.record(NOW + 60, wrong_password().typed("nobody"), &caller());
    let queued = log.take();
    assert_eq!(queued.len(), UNKNOWN_OF_NETWORK as usize + 2);
}

#[test]
fn full_queue_drops_attempts() {
    let log = log();
    for number in 0..=MAX_WAITING {
        let day = i64::try_from(number / 100).unwrap() * DAY;
        log.record(NOW + day, wrong_password().by(Some(user())), &caller());
    }
    assert_eq!(log.lock().attempts.len(), MAX_WAITING);
    let batch = log.take();
    assert_eq!(batch.len(), BATCH);
    let first = batch[0].id;
    log.put_back(batch);
    assert_eq!(log.lock().attempts.len(), MAX_WAITING);
    assert_eq!(log.take()[0].id, first);
}

#[test]
fn rejected_requests_leave_room_in_queue() {
    let log = log();
    let refused = rejection(ErrorCode::InvalidRequest, None);
    for number in 0..2 * MAX_WAITING {
        let day = i64::try_from(number / 100).unwrap() * DAY;
        let attempt = EndedAttempt::rejection("/oauth2/authorize", &refused).unwrap();
        log.record(NOW + day, attempt.by(Some(user())), &caller());
    }
    assert_eq!(log.lock().attempts.len(), MAX_WAITING / 2);
    log.record(NOW, wrong_password().by(Some(user())), &caller());
    assert_eq!(log.lock().attempts.len(), MAX_WAITING / 2 + 1);
}

#[rstest]
#[case::authorize(
    "/oauth2/authorize",
    ErrorCode::InvalidRequest,
    Some(AttemptStep::Authorize)
)]
#[case::page("/login", ErrorCode::AccessDenied, Some(AttemptStep::Authorize))]
#[case::denied("/consent", ErrorCode::AccessDenied, Some(AttemptStep::Consent))]
#[case::token("/oauth2/token", ErrorCode::InvalidClient, Some(AttemptStep::Token))]
#[case::json(
    "/api/auth/login/",
    ErrorCode::InvalidClient,
    Some(AttemptStep::FirstParty)
)]
#[case::refresh_by_json("/api/auth/token/refresh", ErrorCode::InvalidClient, None)]
#[case::silent("/oauth2/authorize", ErrorCode::LoginRequired, None)]
#[case::userinfo("/oauth2/userinfo", ErrorCode::InvalidToken, None)]
#[case::introspection("/oauth2/introspect", ErrorCode::InvalidClient, None)]
fn rejections_of_sign_ins_are_attempts(
    #[case] path: &str,
    #[case] code: ErrorCode,
    #[case] expected: Option<AttemptStep>,
) {
    let rejection = rejection(code, None);
    let attempt = EndedAttempt::rejection(path, &rejection);
    assert_eq!(attempt.map(|attempt| attempt.step), expected);
}

#[test]
fn rejection_names_reason_and_values() {
    let rejection = rejection(ErrorCode::InvalidRequest, Some(Reason::RedirectUri));
    let attempt = EndedAttempt::rejection("/oauth2/authorize", &rejection).unwrap();
    assert_eq!(
        (attempt.rule, attempt.reason),
        ("redirect_uri", "a sentence")
    );
    assert_eq!(attempt.detail["error"], "invalid_request");
    assert_eq!(attempt.detail["expected"], "https://a.example/cb");
    assert!(!attempt.detail.contains_key("received"));
}

#[tokio::test]
async fn batches_are_written_and_found() {
    let (db, log, user) = (database().await, log(), user());
    for at in 0..=i64::try_from(BATCH).unwrap() {
        let attempt = wrong_password().by(Some(user)).through(Some("app"));
        log.record(NOW + at, attempt, &caller());
    }
    log.record(NOW, wrong_password().typed("nobody"), &caller());
    assert_eq!(write(&db, &log).await.unwrap(), BATCH as u64 + 2);
    assert_eq!(write(&db, &log).await.unwrap(), 0);
    let filter = AttemptFilter {
        user: Some(user),
        client_id: Some("app".to_owned()),
        outcome: Some(AttemptOutcome::Failed),
        since: Some(NOW),
        ..AttemptFilter::default()
    };
    let first = repo::attempts::page(db.read(), &filter, None, 200)
        .await
        .unwrap();
    let last = first.last().unwrap();
    let next = repo::attempts::page(db.read(), &filter, Some(last.id), 1000)
        .await
        .unwrap();
    assert_eq!(first.len() + next.len(), BATCH + 1);
    assert!(next[0].at < last.at);
    let unknown = AttemptFilter {
        request_id: Some("nobody".to_owned()),
        name_hash: Some(log.name_hash("nobody")),
        ..AttemptFilter::default()
    };
    let found = repo::attempts::page(db.read(), &unknown, None, 10)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let read = repo::attempts::find_with_user(db.read(), found[0].id).await;
    assert_eq!(found.first(), read.unwrap().as_ref().map(|(read, _)| read));
    let tx = db.begin_write().await.unwrap();
    let end = NOW + i64::try_from(BATCH).unwrap() + 1;
    assert_eq!(
        repo::attempts::purge(&tx, end, 1000).await.unwrap(),
        BATCH as u64 + 2
    );
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn invalid_batch_is_dropped() {
    let (db, log) = (database().await, log());
    log.record(NOW, wrong_password().by(Some(user())), &caller());
    let same = log.lock().attempts[0].clone();
    log.push(same);
    assert!(write(&db, &log).await.is_err());
    assert_eq!(write(&db, &log).await.unwrap(), 0);
}
