use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use doorward_store::Db;
use doorward_store::repo::audit::{self, AuditFilter};
use uuid::Uuid;

use crate::fixtures::{NOW, event};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn every_kind_of_event_is_written_and_read_back() {
    on_both(async |db| {
        let mut written = Vec::new();
        for (number, kind) in (1..).zip(AuditKind::ALL) {
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

/// Returns the numbers of the events of a filter, in pages of two.
async fn numbers(db: &Db, filter: &AuditFilter) -> Vec<u128> {
    let (mut seen, mut last): (Vec<AuditId>, _) = (Vec::new(), None);
    loop {
        let page = audit::newest(db.read(), filter, last, 2).await.unwrap();
        assert!(page.len() <= 2);
        let records = audit::newest_records(db.read(), filter, last, 2).await;
        let ids: Vec<AuditId> = records.unwrap().iter().map(|record| record.id).collect();
        assert!(page.iter().map(|event| event.id).eq(ids), "{filter:?}");
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
