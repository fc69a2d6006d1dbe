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

#[tokio::test]
async fn events_are_found_by_each_filter() {
    on_both(async |db| {
        let text = |text: &str| Some(text.to_owned());
        let ip = Some("2001:db8::7".parse().unwrap());
        let mut events = [1, 2, 3, 4, 5, 6, 7].map(plain);
        events[0].kind = AuditKind::LoginFailed;
        events[0].actor = text("a");
        events[1].subject = text("a");
        events[2].client_id = text("app");
        events[3].client_id = text("app");
        events[3].subject = text("app");
        events[4].subject = text("app");
        events[5].ip = ip;
        events[6].kind = AuditKind::ClientChanged;
        events[6].actor = text("a");
        events[6].subject = text("app");
        events[6].ip = ip;
        for event in &events {
            write!(db, audit::insert, event);
        }
        let filter = AuditFilter::default;
        let about = || AuditFilter {
            about: text("a"),
            ..filter()
        };
        let actor = || AuditFilter {
            actor: text("a"),
            ..filter()
        };
        let subject = || AuditFilter {
            subject: text("app"),
            ..filter()
        };
        let client = || AuditFilter {
            client: text("app"),
            ..filter()
        };
        let address = || AuditFilter {
            ip: text("2001:db8::7"),
            ..filter()
        };
        let kinds = |kinds: &[AuditKind], filter: AuditFilter| AuditFilter {
            kinds: kinds.to_vec(),
            ..filter
        };
        let (failed, changed) = (AuditKind::LoginFailed, AuditKind::ClientChanged);
        let middle = AuditFilter {
            since: Some(NOW + 1),
            until: Some(NOW + 2),
            ..filter()
        };
        for (filter, expected) in [
            (filter(), vec![7, 6, 5, 4, 3, 2, 1]),
            (about(), vec![7, 2, 1]),
            (actor(), vec![7, 1]),
            (subject(), vec![7, 5, 4]),
            (client(), vec![7, 5, 4, 3]),
            (address(), vec![7, 6]),
            (kinds(&[failed], filter()), vec![1]),
            (kinds(&[failed, changed], filter()), vec![7, 1]),
            (kinds(&[changed], actor()), vec![7]),
            (kinds(&[failed], client()), vec![]),
            (middle.clone(), vec![5, 4, 3]),
            (
                AuditFilter {
                    client: text("app"),
                    ..middle
                },
                vec![5, 4, 3],
            ),
            (
                AuditFilter {
                    ip: text("2001:db8::7"),
                    ..client()
                },
                vec![7],
            ),
        ] {
            assert_eq!(numbers(db, &filter).await, expected, "{filter:?}");
            let all = audit::oldest(db.read(), &filter, None, 20).await.unwrap();
            let mut all: Vec<u128> = all.iter().map(|e| e.id.as_uuid().as_u128()).collect();
            all.reverse();
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
