//! Statistics count each event once, and days are added up.

use doorward_domain::model::{
    AttemptOutcome, AttemptStep, AuditEvent, AuditKind, MonthlyReport, SignInAttempt,
    SignInAttemptId, StatKind, UserId,
};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_chain::{ChainKey, seal};
use doorward_rules::list_filter::ClientFilter;
use doorward_rules::stats::{Tally, day_of};
use doorward_store::Db;
use doorward_store::repo::audit::AuditFilter;
use doorward_store::repo::client_search::{ClientOrder, ClientSearch};
use doorward_store::repo::home::{self, HomeQuery};
use doorward_store::repo::stats::{self, StatFilter};
use doorward_store::repo::{
    attempts, audit, audit_chain, client_activity, clients, jobs, monthly_reports,
};
use serde_json::Map;
use uuid::Uuid;

use crate::fixtures::{NOW, client, event};
use crate::harness::{on_both, on_two_replicas};
use crate::write;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn key() -> ChainKey {
    let text = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    ChainKey::derive(&MasterKey::from_base64(text).unwrap())
}

/// Links and counts up to `limit` waiting events, as the server does.
async fn link(db: &Db, limit: u64) {
    let tx = db.begin_write().await.unwrap();
    audit_chain::lock(&tx).await.unwrap();
    let last = audit_chain::last(&tx).await.unwrap();
    let events = audit_chain::waiting(&tx, limit).await.unwrap();
    let seals = seal(
        &key(),
        last.as_ref(),
        &events,
        NOW,
        &mut Random::default().rng(),
    );
    if !seals.is_empty() {
        stats::count_events(&tx, &events).await.unwrap();
        audit_chain::append(&tx, &seals).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn sign_in(number: u128, user: u128, at: i64) -> AuditEvent {
    AuditEvent {
        at,
        subject: Some(UserId::from_uuid(Uuid::from_u128(user)).to_string()),
        ..event(number, AuditKind::LoginSucceeded)
    }
}

/// Returns hour, kind and number of every count of a client.
async fn counts(db: &Db, client: Option<&str>) -> Vec<(i64, StatKind, i64)> {
    let filter = StatFilter {
        client: client.map(str::to_owned),
        ..StatFilter::default()
    };
    // Pages of two, so that some are cut within an hour.
    let (mut found, mut last) = (Vec::new(), None);
    loop {
        let page = stats::page(db.read(), &filter, last, 2).await.unwrap();
        let Some(end) = page.last() else {
            return found;
        };
        last = Some((end.hour, end.kind));
        found.extend(page.iter().map(|count| (count.hour, count.kind, count.n)));
    }
}

/// Returns the sum of one kind for the whole deployment.
async fn sum(db: &Db, kind: StatKind) -> i64 {
    let all = counts(db, None).await;
    let own = all.iter().filter(|(_, other, _)| *other == kind);
    own.map(|(_, _, n)| n).sum()
}

fn attempt(outcome: AttemptOutcome, client: &str) -> SignInAttempt {
    SignInAttempt {
        id: SignInAttemptId::from_uuid(Uuid::new_v4()),
        at: NOW,
        step: AttemptStep::Authorize,
        outcome,
        rule: "rule".to_owned(),
        reason: "a reason".to_owned(),
        user_id: None,
        name_hash: None,
        client_id: Some(client.to_owned()),
        request_id: None,
        address: None,
        detail: Map::new(),
    }
}

#[tokio::test]
async fn each_event_counts_once_with_two_replicas() {
    on_two_replicas(async |[one, other]| {
        for number in 1..=40 {
            // Five users, each several times.
            write!(one, audit::insert, &sign_in(number, number % 5, NOW));
        }
        for number in 41..=50 {
            write!(one, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        let work = async |db: &Db| {
            while audit_chain::is_behind(db.read()).await.unwrap() {
                link(db, 3).await;
            }
        };
        let both = [one, other, one, other].map(|db| Box::pin(work(db)));
        futures_util::future::join_all(both).await;
        let found = [
            StatKind::SignIn,
            StatKind::SignInFailed,
            StatKind::ActiveUser,
        ];
        for (kind, expected) in found.into_iter().zip([40, 10, 5]) {
            assert_eq!(sum(other, kind).await, expected, "{kind:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn transaction_that_is_not_committed_counts_nothing() {
    on_both(async |db| {
        write!(db, audit::insert, &sign_in(1, 1, NOW));
        let tx = db.begin_write().await.unwrap();
        audit_chain::lock(&tx).await.unwrap();
        let events = audit_chain::waiting(&tx, 10).await.unwrap();
        stats::count_events(&tx, &events).await.unwrap();
        drop(tx);
        assert!(counts(db, None).await.is_empty());
        link(db, 10).await;
        assert_eq!(sum(db, StatKind::SignIn).await, 1);
    })
    .await;
}

#[tokio::test]
async fn user_is_active_once_on_each_day() {
    on_both(async |db| {
        let day = day_of(NOW);
        let sign_ins = [
            (1, day + HOUR),
            (1, day + 2 * HOUR),
            (2, day + 2 * HOUR),
            (1, day + DAY - 1),
            (1, day + DAY),
            (2, day + DAY + HOUR),
            (1, day + DAY + HOUR),
        ];
        for (number, (user, at)) in (1..).zip(sign_ins) {
            write!(db, audit::insert, &sign_in(number, user, at));
            // In several batches, whose limits are within a day.
            if number % 2 == 0 {
                link(db, 10).await;
            }
        }
        link(db, 10).await;
        let found = counts(db, None).await.into_iter();
        let active = found.filter(|(_, kind, _)| *kind == StatKind::ActiveUser);
        let active: Vec<_> = active.map(|(hour, _, n)| (hour, n)).collect();
        let expected = [
            (day + HOUR, 1),
            (day + 2 * HOUR, 1),
            (day + DAY, 1),
            (day + DAY + HOUR, 1),
        ];
        assert_eq!(active, expected);
    })
    .await;
}

#[tokio::test]
async fn only_known_clients_have_counts() {
    on_both(async |db| {
        let app = client("app");
        write!(db, clients::insert, &app);
        let batch = [
            attempt(AttemptOutcome::Rejected, "app"),
            attempt(AttemptOutcome::Failed, "app"),
            attempt(AttemptOutcome::Rejected, "made up"),
        ];
        write!(db, attempts::insert_all, &batch);
        write!(db, stats::count_attempts, &batch);
        let mut tally = Tally::default();
        tally.count(StatKind::TokenIssued, Some("app"), NOW);
        write!(db, stats::add, &tally);
        write!(db, stats::add, &tally);
        assert_eq!(sum(db, StatKind::RequestRejected).await, 2);
        assert!(counts(db, Some("made up")).await.is_empty());
        let hour = NOW - NOW % HOUR;
        let expected = [
            (hour, StatKind::RequestRejected, 1),
            (hour, StatKind::SignInFailed, 1),
            (hour, StatKind::TokenIssued, 2),
        ];
        assert_eq!(counts(db, Some("app")).await, expected);

        // The activity of the client is read from them.
        let id = &app.id;
        let found = client_activity::find(db.read(), id, hour).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.last_use, found.failures), (Some(hour), 2));
        assert_eq!(found.client, app);
        for (text, since, failures) in [("", hour + HOUR, 0), ("app", hour, 2)] {
            let filter = ClientFilter {
                text: text.to_owned(),
                ..ClientFilter::default()
            };
            let search = ClientSearch {
                filter: &filter,
                after: None,
                limit: 10,
            };
            let found = client_activity::search(db.read(), &search, ClientOrder::Name, since).await;
            let found = found.unwrap().items.remove(0);
            assert_eq!((found.last_use, found.failures), (Some(hour), failures));
            assert_eq!(found.client, app);
        }
        let filter = ClientFilter {
            disabled: Some(false),
            ..ClientFilter::default()
        };
        let search = ClientSearch {
            filter: &filter,
            after: None,
            limit: 10,
        };
        let found = client_activity::search(db.read(), &search, ClientOrder::Newest, hour).await;
        assert!(found.unwrap().items.is_empty());

        // Another client with the same ID does not inherit them.
        assert!(write!(db, clients::delete, id, NOW));
        write!(db, clients::insert, &app);
        let found = client_activity::find(db.read(), id, hour).await.unwrap();
        let found = found.unwrap();
        assert_eq!((found.last_use, found.failures), (None, 0));
    })
    .await;
}

#[tokio::test]
async fn old_hours_are_added_up_by_day() {
    on_both(async |db| {
        write!(db, clients::insert, &client("app"));
        write!(db, clients::insert, &client("gone"));
        let end = day_of(NOW);
        let mut tally = Tally::default();
        for (client, at) in [
            (None, end - DAY),
            (None, end - DAY + HOUR),
            (None, end - 1),
            (None, end - 2 * DAY + HOUR),
            (None, end + HOUR),
            (Some("app"), end - 1),
            (Some("gone"), end - 1),
        ] {
            tally.count(StatKind::SignIn, client, at);
        }
        write!(db, stats::add, &tally);
        let tx = db.begin_write().await.unwrap();
        // As the purge of clients with metadata documents, which leaves their counts.
        sea_orm::ConnectionTrait::execute_unprepared(&*tx, "DELETE FROM clients WHERE id = 'gone'")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let expected = [
            (end - 2 * DAY, StatKind::SignIn, 1),
            (end - DAY, StatKind::SignIn, 3),
            (end + HOUR, StatKind::SignIn, 1),
        ];
        // One hour at a time, the oldest first, and with the lowest limit one client at a time.
        for deleted in [1, 1, 1, 1, 1, 0] {
            assert_eq!(write!(db, stats::fold, end, 1), deleted);
        }
        for _ in 0..2 {
            assert_eq!(write!(db, stats::fold, end, 1000), 0);
            assert_eq!(counts(db, None).await, expected);
            let app = [(end - DAY, StatKind::SignIn, 1)];
            assert_eq!(counts(db, Some("app")).await, app);
            assert!(counts(db, Some("gone")).await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn home_reads_only_requested_parts() {
    on_both(async |db| {
        write!(db, clients::insert, &client("app"));
        let change = event(1, AuditKind::ClientChanged);
        write!(db, audit::insert, &change);
        let mut tally = Tally::default();
        tally.count(StatKind::SignIn, None, NOW);
        tally.count(StatKind::SignIn, None, NOW - 3 * DAY);
        tally.count(StatKind::SignIn, Some("app"), NOW);
        write!(db, stats::add, &tally);
        let report = MonthlyReport {
            month: NOW,
            counted_at: NOW,
            ..MonthlyReport::default()
        };
        write!(db, monthly_reports::put, &report);
        let filter = AuditFilter {
            kinds: vec![AuditKind::ClientChanged, AuditKind::UserChanged],
            ..AuditFilter::default()
        };
        let all = HomeQuery {
            stats_since: Some(NOW - DAY),
            days_since: Some(NOW - 7 * DAY),
            state: true,
            ending_until: Some(NOW + DAY),
            clients: Some(10),
            keys: true,
            changes: Some((&filter, 10)),
            now: NOW,
        };
        let found = home::find(db.read(), all).await.unwrap();
        assert_eq!(found.stats.len(), 1, "{:?}", found.stats);
        assert_eq!(found.stats[0].n, 1);
        assert_eq!(found.clients, [client("app")]);
        assert_eq!(found.changes, [change]);
        assert_eq!((found.failed_jobs, found.administrators), (0, 0));
        assert_eq!(jobs::count_failed(db.read()).await.unwrap(), 0);
        let mut days: Vec<(i64, i64)> = found.days.iter().map(|day| (day.hour, day.n)).collect();
        days.sort_unstable();
        let day = |at: i64| at - at % DAY;
        assert_eq!(days, [(day(NOW - 3 * DAY), 1), (day(NOW), 1)]);
        assert_eq!(found.reports, std::slice::from_ref(&report));
        assert_eq!((found.waiting_mails, found.last_link), (0, 0));
        assert_eq!(found.ending, [0; 4]);
        let none = HomeQuery {
            now: NOW,
            ..HomeQuery::default()
        };
        let found = home::find(db.read(), none).await.unwrap();
        assert!(found.days.is_empty() && found.reports.is_empty());
        assert!(found.stats.is_empty() && found.clients.is_empty() && found.changes.is_empty());
    })
    .await;
}
