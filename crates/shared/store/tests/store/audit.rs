use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use doorward_store::repo::attempts::{self, AttemptFilter};
use doorward_store::repo::audit::{self, AuditFilter, ChainedEvent};
use doorward_store::repo::users;
use doorward_store::{Db, WriteTx};
use sea_orm::{ConnectionTrait as _, Statement};
use uuid::Uuid;

use crate::fixtures::{NOW, event, user};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn every_kind_of_event_is_written_and_read_back() {
    on_both(async |db| {
        let mut written = Vec::new();
        for (number, kind) in (1..).zip(&AuditKind::ALL) {
            let event = event(number, *kind);
            write!(db, audit::insert, &event);
            written.push(event);
        }
        written.reverse();
        assert_eq!(audit::list(db.read(), None, 100).await.unwrap(), written);
        let page = audit::list(db.read(), Some(written[1].id), 2)
            .await
            .unwrap();
        assert_eq!(page, written[2..4]);
    })
    .await;
}

#[tokio::test]
async fn event_is_rolled_back_with_transaction() {
    on_both(async |db| {
        let tx = db.begin_write().await.unwrap();
        audit::insert(&tx, &event(1, AuditKind::LoginFailed))
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(audit::list(db.read(), None, 10).await.unwrap(), []);
    })
    .await;
}

/// Returns an event of a key without actor, subject, client and address.
fn plain(number: u128) -> AuditEvent {
    AuditEvent {
        // Three of them in one second, so that pages are cut between them.
        at: NOW + i64::try_from(number / 3).unwrap(),
        actor: None,
        subject: None,
        client_id: None,
        ip: None,
        ..event(number, AuditKind::KeyChanged)
    }
}

#[tokio::test]
async fn event_is_read_with_its_users() {
    on_both(async |db| {
        let alice = user("alice");
        write!(db, users::insert, &alice);
        let event = AuditEvent {
            actor: Some(alice.id.to_string()),
            subject: Some("app".to_owned()),
            ..plain(1)
        };
        write!(db, audit::insert, &event);
        let found = audit::find_in_chain(db.read(), event.id).await.unwrap();
        assert_eq!(found.map(|found| found.users), Some(vec![alice]));
    })
    .await;
}

/// Returns the numbers of the events of a filter, in pages of two.
async fn numbers(db: &Db, filter: &AuditFilter) -> Vec<u128> {
    let (mut seen, mut last): (Vec<AuditId>, _) = (Vec::new(), None);
    loop {
        let page = audit::newest(db.read(), filter, last, 2).await.unwrap();
        assert!(page.len() <= 2);
        let records = audit::newest_records(db.read(), filter, last, 2).await;
        let ids: Vec<AuditId> = records.unwrap().iter().map(|record| record.id).collect();
        assert!(page.iter().map(|event| event.id).eq(ids), "{filter:?}");
        let found = audit::newest_in_chain(db.read(), filter, last, 2).await;
        let waiting = page.iter().cloned().map(|event| ChainedEvent {
            event,
            seq: None,
            is_waiting: true,
            users: Vec::new(),
        });
        assert!(found.unwrap().into_iter().eq(waiting), "{filter:?}");
        let Some(end) = page.last() else { break };
        last = Some(end.id);
        seen.extend(page.iter().map(|event| event.id));
    }
    seen.iter().map(|id| id.as_uuid().as_u128()).collect()
}

/// Returns events of a user `a` and a client `app`.
fn seven() -> [AuditEvent; 7] {
    let ip = Some("2001:db8::7".parse().unwrap());
    let mut events = [1, 2, 3, 4, 5, 6, 7].map(plain);
    events[0].kind = AuditKind::LoginFailed;
    events[0].actor = Some("a".to_owned());
    events[1].subject = Some("a".to_owned());
    events[2].client_id = Some("app".to_owned());
    events[3].client_id = Some("app".to_owned());
    events[3].subject = Some("app".to_owned());
    events[4].subject = Some("app".to_owned());
    events[5].ip = ip;
    events[6].kind = AuditKind::ClientChanged;
    events[6].actor = Some("a".to_owned());
    events[6].subject = Some("app".to_owned());
    events[6].ip = ip;
    // A change of the organization, one inside it, and one whose text only looks like it.
    events[1].kind = AuditKind::OrganizationChanged;
    for (number, name, value) in [(4, "org", "a"), (5, "path", r#""org":"a""#)] {
        let detail = &mut events[number].detail;
        detail.insert(name.to_owned(), value.into());
    }
    events
}

/// Returns filters, with the numbers of their events.
fn filters() -> Vec<(AuditFilter, Vec<u128>)> {
    let all = AuditFilter::default;
    let actor = AuditFilter {
        actor: Some("a".to_owned()),
        ..all()
    };
    let client = AuditFilter {
        client: Some("app".to_owned()),
        ..all()
    };
    let about = AuditFilter {
        about: Some("a".to_owned()),
        ..all()
    };
    let subject = AuditFilter {
        subject: Some("app".to_owned()),
        ..all()
    };
    let ip = Some("2001:db8::7".to_owned());
    let address = AuditFilter {
        ip: ip.clone(),
        ..all()
    };
    let organization = AuditFilter {
        organization: Some("a".to_owned()),
        ..all()
    };
    let client_and_address = AuditFilter {
        ip,
        ..client.clone()
    };
    let second = |filter: &AuditFilter| AuditFilter {
        since: Some(NOW + 1),
        until: Some(NOW + 2),
        ..filter.clone()
    };
    let kinds = |kinds: &[AuditKind], filter: &AuditFilter| AuditFilter {
        kinds: kinds.to_vec(),
        ..filter.clone()
    };
    let (failed, changed) = (AuditKind::LoginFailed, AuditKind::ClientChanged);
    vec![
        (all(), vec![7, 6, 5, 4, 3, 2, 1]),
        (second(&all()), vec![5, 4, 3]),
        (second(&client), vec![5, 4, 3]),
        (kinds(&[failed], &all()), vec![1]),
        (kinds(&[failed, changed], &all()), vec![7, 1]),
        (kinds(&[changed], &organization), vec![]),
        (second(&organization), vec![5]),
        (organization, vec![5, 2]),
        (kinds(&[changed], &actor), vec![7]),
        (kinds(&[failed], &client), vec![]),
        (about, vec![7, 2, 1]),
        (actor, vec![7, 1]),
        (subject, vec![7, 5, 4]),
        (client, vec![7, 5, 4, 3]),
        (address, vec![7, 6]),
        (client_and_address, vec![7]),
    ]
}

#[tokio::test]
async fn events_are_found_by_each_filter() {
    on_both(async |db| {
        for event in &seven() {
            write!(db, audit::insert, event);
        }
        for (filter, expected) in filters() {
            assert_eq!(numbers(db, &filter).await, expected, "{filter:?}");
            let all = audit::oldest(db.read(), &filter, None, 20).await.unwrap();
            let ids = all.iter().rev().map(|record| record.id.as_uuid());
            let all: Vec<u128> = ids.map(|id| id.as_u128()).collect();
            assert_eq!(all, expected, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn events_are_ordered_by_time() {
    on_both(async |db| {
        let late = AuditEvent {
            at: NOW + 10,
            ..plain(1)
        };
        let early = AuditEvent {
            at: NOW,
            ..plain(2)
        };
        for event in [&late, &early] {
            write!(db, audit::insert, event);
        }
        assert_eq!(numbers(db, &AuditFilter::default()).await, [1, 2]);
        let unknown = AuditId::from_uuid(Uuid::from_u128(3));
        let page = audit::list(db.read(), Some(unknown), 10).await.unwrap();
        assert_eq!(page, []);
    })
    .await;
}

/// Inserts 20,000 events, of which the first thousand are of one user and one client. Inserts as many
/// attempts, of which only the first three failed.
const MANY: [&str; 3] = [
    "INSERT INTO audit_events (id, at, kind, actor, subject, client_id, ip, success, detail)
     SELECT gen_random_uuid(), n, 'key.changed', who || 'actor', who || 'subject', who || 'client', who || '192.0.2.7', TRUE, '{}'
     FROM (SELECT n, CASE WHEN n <= 1000 THEN '' ELSE 'x' END AS who
           FROM generate_series(1, 20000) AS n) AS numbers",
    "INSERT INTO attempts (id, at, step, outcome, rule, reason, client_id, detail)
     SELECT gen_random_uuid(), n, 'password',
            CASE WHEN n <= 3 THEN 'failed' ELSE 'succeeded' END, 'rule', 'reason', 'client', '{}'
     FROM generate_series(1, 20000) AS n",
    "ANALYZE audit_events, attempts",
];

/// Returns the numbers of rows that this transaction has read from a table: by scans of the whole
/// table, and by its indexes.
async fn read_rows(tx: &WriteTx, table: &str) -> [i64; 2] {
    let query = format!(
        "SELECT COALESCE(seq_tup_read, 0), COALESCE(idx_tup_fetch, 0)
         FROM pg_stat_xact_user_tables WHERE relname = '{table}'"
    );
    let query = Statement::from_string(tx.get_database_backend(), query);
    let row = tx.query_one_raw(query).await.unwrap().unwrap();
    [0, 1].map(|column| row.try_get_by_index(column).unwrap())
}

/// Returns the filter of each value.
fn values() -> [AuditFilter; 5] {
    let all = AuditFilter::default;
    let some = |text: &str| Some(text.to_owned());
    [
        AuditFilter {
            about: some("actor"),
            ..all()
        },
        AuditFilter {
            actor: some("actor"),
            ..all()
        },
        AuditFilter {
            subject: some("subject"),
            ..all()
        },
        AuditFilter {
            client: some("client"),
            ..all()
        },
        AuditFilter {
            ip: some("192.0.2.7"),
            ..all()
        },
    ]
}

#[tokio::test]
async fn postgres_reads_shown_rows_only() {
    on_both(async |db| {
        if !db.is_postgres() {
            return;
        }
        // Nothing is committed: the statistics count the rows of one transaction.
        let tx = db.begin_write().await.unwrap();
        for statement in MANY {
            tx.execute_unprepared(statement).await.unwrap();
        }
        for filter in values() {
            let before = read_rows(&tx, "audit_events").await;
            let found = audit::newest(&tx, &filter, None, 10).await.unwrap();
            let after = read_rows(&tx, "audit_events").await;
            assert_eq!(found.len(), 10, "{filter:?}");
            assert_eq!(after[0], before[0], "{filter:?}");
            assert!(
                after[1] - before[1] <= 30,
                "{filter:?}: {before:?} {after:?}"
            );
        }
        let failures = AttemptFilter {
            client_id: Some("client".to_owned()),
            failures: true,
            ..AttemptFilter::default()
        };
        let before = read_rows(&tx, "attempts").await;
        let found = attempts::page(&tx, &failures, None, 10).await;
        let after = read_rows(&tx, "attempts").await;
        assert_eq!(after[0], before[0]);
        assert!(after[1] - before[1] <= 30, "{before:?} {after:?}");
        assert_eq!(found.unwrap().len(), 3);
        tx.rollback().await.unwrap();
    })
    .await;
}
