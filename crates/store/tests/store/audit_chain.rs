use doorward_domain::model::{AuditId, AuditKind};
use doorward_domain::rules::audit_chain::{ChainKey, ChainLink, seal};
use doorward_domain::secret::MasterKey;
use doorward_store::Db;
use doorward_store::repo::{audit, audit_chain};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::fixtures::event;
use crate::harness::{on_both, on_two_replicas};
use crate::write;

fn key() -> ChainKey {
    let text = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    ChainKey::derive(&MasterKey::from_base64(text).unwrap())
}

async fn append_some(db: &Db, limit: u64) -> Vec<ChainLink> {
    let tx = db.begin_write().await.unwrap();
    audit_chain::lock(&tx).await.unwrap();
    let last = audit_chain::last(&tx).await.unwrap();
    let events = audit_chain::waiting(&tx, limit).await.unwrap();
    let seals = seal(&key(), last.as_ref(), &events, 1_795_000_000);
    if !seals.is_empty() {
        audit_chain::append(&tx, &seals).await.unwrap();
    }
    tx.commit().await.unwrap();
    seals
}

#[tokio::test]
async fn events_are_linked_in_order_of_writing() {
    on_both(async |db| {
        // IDs out of writing order, as in a transaction that committed late.
        let numbers = [3, 1, 2];
        for number in numbers {
            write!(db, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        assert_eq!(audit_chain::count_waiting(db.read()).await.unwrap(), 3);
        let seals = append_some(db, 2).await;
        let last = event(2, AuditKind::LoginFailed).id;
        let place = async |id: AuditId| {
            let found = audit::find_in_chain(db.read(), id).await.unwrap();
            let found = found.expect("the event");
            (found.is_waiting, found.seq)
        };
        assert_eq!(place(last).await, (true, None));
        assert!(audit_chain::is_behind(db.read()).await.unwrap());
        let more = append_some(db, 2).await;
        let (is_waiting, seq) = place(last).await;
        assert!(!is_waiting && seq.is_some());
        assert!(!audit_chain::is_behind(db.read()).await.unwrap());
        let sealed: Vec<AuditId> = seals
            .iter()
            .chain(&more)
            .filter_map(|seal| seal.event)
            .collect();
        let written = numbers.map(|number| event(number, AuditKind::LoginFailed).id);
        assert_eq!(sealed, written);
        let links = audit_chain::links(db.read(), 0, 10).await.unwrap();
        let kept: Vec<ChainLink> = links.iter().map(|(seal, _)| seal.clone()).collect();
        assert_eq!(kept, [seals, more].concat());
        assert_eq!(links[1].1.as_ref().unwrap().id, written[0]);
        let found =
            audit::newest_in_chain(db.read(), &audit::AuditFilter::default(), None, 9).await;
        let mut found = found.unwrap();
        found.sort_by_key(|found| found.seq);
        let found: Vec<AuditId> = found.into_iter().map(|found| found.event.id).collect();
        assert_eq!(found, written);
        // Both ways between an event and its position.
        let (_, seq) = place(written[2]).await;
        let event = audit_chain::event_at(db.read(), seq.unwrap()).await;
        assert_eq!(event.unwrap(), Some(written[2]));
        let first = audit_chain::event_at(db.read(), links[0].0.seq).await;
        assert_eq!(first.unwrap(), links[0].0.event);
        assert_eq!(audit_chain::links(db.read(), 3, 10).await.unwrap().len(), 1);
        assert_eq!(audit_chain::strays(db.read(), 10).await.unwrap(), []);
        assert_eq!(audit_chain::list_missing(db.read(), 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn database_rejects_to_change_log() {
    on_both(async |db| {
        write!(db, audit::insert, &event(1, AuditKind::LoginFailed));
        append_some(db, 10).await;
        let mut statements = vec![
            "UPDATE audit_events SET kind = 'logout'",
            "DELETE FROM audit_events",
            "UPDATE audit_seals SET seq = seq + 10",
            "DELETE FROM audit_seals",
        ];
        if db.is_postgres() {
            statements.extend(["TRUNCATE audit_events", "TRUNCATE audit_seals"]);
        } else {
            statements.extend([
                "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events",
                "INSERT OR REPLACE INTO audit_seals SELECT * FROM audit_seals",
            ]);
        }
        for statement in statements {
            let tx = db.begin_write().await.unwrap();
            assert_ne!(tx.get_database_backend(), DbBackend::MySql);
            let refused = tx.execute_unprepared(statement).await.expect_err(statement);
            assert!(
                refused.to_string().contains("append-only"),
                "{statement}: {refused}"
            );
        }
        assert_eq!(audit::list(db.read(), None, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn chain_never_forks() {
    on_two_replicas(async |[one, other]| {
        for number in 1..=40 {
            write!(one, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        let work = async |db: &Db| {
            while audit_chain::is_behind(db.read()).await.unwrap() {
                append_some(db, 3).await;
            }
        };
        let both = [one, other, one, other].map(|db| Box::pin(work(db)));
        futures_util::future::join_all(both).await;
        let links = audit_chain::links(one.read(), 0, 100).await.unwrap();
        let places: Vec<i64> = links.iter().map(|(seal, _)| seal.seq).collect();
        assert_eq!(places, (1..=41).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn place_is_taken_once() {
    on_both(async |db| {
        write!(db, audit::insert, &event(1, AuditKind::LoginFailed));
        let seals = append_some(db, 10).await;
        let tx = db.begin_write().await.unwrap();
        // Rejected by the key on PostgreSQL, and already by the trigger on SQLite.
        assert!(audit_chain::append(&tx, &seals).await.is_err());
    })
    .await;
}
