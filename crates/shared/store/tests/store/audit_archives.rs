use doorward_domain::model::AuditKind;
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_rules::audit_archive::AuditArchive;
use doorward_rules::audit_chain::{ChainKey, ChainLink, LinkHash, seal};
use doorward_store::Db;
use doorward_store::repo::{audit, audit_archives, audit_chain};
use sea_orm::ConnectionTrait;

use crate::fixtures::{NOW, event};
use crate::harness::on_both;
use crate::write;

const DAY: i64 = 24 * 60 * 60;

fn key() -> ChainKey {
    let text = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    ChainKey::derive(&MasterKey::from_base64(text).unwrap())
}

/// Links the waiting events on this day.
async fn link(db: &Db, now: i64) -> Vec<ChainLink> {
    let tx = db.begin_write().await.unwrap();
    let last = audit_chain::last(&tx).await.unwrap();
    let events = audit_chain::waiting(&tx, 100).await.unwrap();
    let links = seal(
        &key(),
        last.as_ref(),
        &events,
        now,
        &mut Random::default().rng(),
    );
    audit_chain::append(&tx, &links).await.unwrap();
    tx.commit().await.unwrap();
    links
}

/// Returns the archive of these links.
fn archive(links: &[ChainLink]) -> AuditArchive {
    let (first, last) = (links.first().unwrap(), links.last().unwrap());
    AuditArchive {
        first_seq: first.seq,
        last_seq: last.seq,
        day: first.day,
        before_hash: LinkHash::START,
        last_hash: last.hash,
        events: 3,
        file: "audit.jsonl.gz".to_owned(),
        sha256: LinkHash::START,
        signature: LinkHash::START,
        archived_at: NOW,
        deleted_at: None,
    }
    .signed(&key())
}

async fn refuses(db: &Db, statement: &str) {
    let tx = db.begin_write().await.unwrap();
    let refused = tx.execute_unprepared(statement).await.expect_err(statement);
    let text = refused.to_string();
    assert!(text.contains("append-only"), "{statement}: {text}");
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn only_archived_rows_can_be_deleted() {
    on_both(async |db| {
        for number in 1..=3 {
            write!(db, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        let first = link(db, NOW).await;
        for number in 4..=5 {
            write!(db, audit::insert, &event(number, AuditKind::LoginFailed));
        }
        let second = link(db, NOW + DAY).await;
        for table in ["audit_events", "audit_seals"] {
            refuses(db, &format!("DELETE FROM {table}")).await;
        }
        let record = archive(&first);
        write!(db, audit_archives::insert, &record);
        // The next day is not archived.
        for table in ["audit_events", "audit_seals"] {
            refuses(db, &format!("DELETE FROM {table}")).await;
        }
        for statement in [
            "UPDATE audit_events SET kind = 'logout'",
            "UPDATE audit_seals SET day = 1",
            "UPDATE audit_archives SET last_seq = 100",
            "DELETE FROM audit_archives",
        ] {
            refuses(db, statement).await;
        }
        let undeleted = audit_archives::list_undeleted(db.read(), 10).await.unwrap();
        assert_eq!(undeleted, std::slice::from_ref(&record));
        // A day link and three events, in batches of two.
        assert_eq!(write!(db, audit_archives::delete_rows, &record, 2), 2);
        assert_eq!(write!(db, audit_archives::delete_rows, &record, 2), 2);
        assert_eq!(write!(db, audit_archives::delete_rows, &record, 2), 0);
        assert!(write!(
            db,
            audit_archives::set_deleted,
            record.first_seq, NOW
        ));
        assert!(!write!(
            db,
            audit_archives::set_deleted,
            record.first_seq, NOW
        ));
        assert_eq!(
            audit_archives::list_undeleted(db.read(), 10).await.unwrap(),
            []
        );
        let rest = audit_chain::links(db.read(), 0, 100).await.unwrap();
        let rest: Vec<ChainLink> = rest.into_iter().map(|(link, _)| link).collect();
        assert_eq!(rest, second);
        assert_eq!(audit::list(db.read(), None, 100).await.unwrap().len(), 2);
        let strays = audit_chain::strays(db.read(), None, 100, 10).await.unwrap();
        assert_eq!(strays.found, []);
    })
    .await;
}

#[tokio::test]
async fn archives_are_found_by_position() {
    on_both(async |db| {
        write!(db, audit::insert, &event(1, AuditKind::LoginFailed));
        let first = link(db, NOW).await;
        write!(db, audit::insert, &event(2, AuditKind::LoginFailed));
        let second = link(db, NOW + DAY).await;
        let (one, two) = (archive(&first), archive(&second));
        for record in [&one, &two] {
            write!(db, audit_archives::insert, record);
        }
        let read = db.read();
        assert_eq!(
            audit_archives::list(read, 0, 10).await.unwrap(),
            [one.clone(), two.clone()]
        );
        assert_eq!(
            audit_archives::list(read, 1, 10).await.unwrap(),
            std::slice::from_ref(&two)
        );
        assert_eq!(audit_archives::last(read).await.unwrap(), Some(two.clone()));
        for (seq, expected) in [
            (0, None),
            (1, Some(&one)),
            (2, Some(&one)),
            (3, Some(&two)),
            (5, None),
        ] {
            let found = audit_archives::covering(read, seq).await.unwrap();
            assert_eq!(found.as_ref(), expected, "{seq}");
        }
        let link = audit_archives::first_link(read, 2).await.unwrap();
        assert_eq!(link.unwrap().seq, 2);
        let day = first[0].day;
        let next = audit_archives::first_link_after_day(read, 1, day)
            .await
            .unwrap();
        assert_eq!(next.unwrap().seq, 3);
        assert_eq!(
            audit_archives::first_link_after_day(read, 1, day + DAY)
                .await
                .unwrap(),
            None
        );
    })
    .await;
}
