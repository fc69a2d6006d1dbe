use doorward_domain::model::SignalId;
use doorward_domain::model::signals::{NewSignal, SignalDetail, SignalEvent, SignalSubject};
use doorward_store::repo::signals;
use uuid::Uuid;

use crate::fixtures::NOW;
use crate::harness::on_both;
use crate::write;

fn signal(number: u128) -> NewSignal {
    NewSignal {
        id: SignalId::from_uuid(Uuid::from_u128(number)),
        event: SignalEvent::SessionRevoked,
        subject: SignalSubject::Claim(format!("role:{number}")),
        detail: SignalDetail::default(),
    }
}

/// A transaction that commits late gets a later position, so a reader that continues after one misses none.
#[tokio::test]
async fn late_commit_is_behind_position_of_readers() {
    on_both(async |db| {
        let list = async |after| {
            let found = signals::list(db.read(), after, 10).await.unwrap();
            let of = |id: SignalId| id.as_uuid().as_u128();
            found
                .into_iter()
                .map(|found| (of(found.id), found.position))
                .collect::<Vec<_>>()
        };
        write!(db, signals::insert_all, &[signal(1), signal(2)]);
        assert!(signals::is_waiting(db.read()).await.unwrap());
        assert_eq!(list(0).await, [], "no position before the turn");
        assert!(!write!(db, signals::number, NOW));
        assert_eq!(list(0).await, [(1, 1), (2, 2)]);
        if db.is_postgres() {
            let late = db.begin_write().await.unwrap();
            signals::insert_all(&late, &[signal(3)]).await.unwrap();
            write!(db, signals::insert_all, &[signal(4)]);
            write!(db, signals::number, NOW + 1);
            late.commit().await.unwrap();
            write!(db, signals::number, NOW + 2);
        } else {
            write!(db, signals::insert_all, &[signal(4)]);
            write!(db, signals::number, NOW + 1);
            write!(db, signals::insert_all, &[signal(3)]);
            write!(db, signals::number, NOW + 2);
        }
        let found = list(2).await;
        let ids: Vec<u128> = found.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, [4, 3], "{found:?}");
        assert!(found[0].1 < found[1].1, "{found:?}");
        // A clock that was set back gives no time before that of the signal before.
        write!(db, signals::insert_all, &[signal(5)]);
        write!(db, signals::number, NOW - 100);
        let newest = signals::head(db.read()).await.unwrap().unwrap();
        assert_eq!(newest.1, NOW + 2);
        assert_eq!(signals::count_after(db.read(), 2, 10).await.unwrap(), 3);
        let before = signals::position_before(db.read(), NOW + 2).await.unwrap();
        assert_eq!(before, Some(found[0].1));
    })
    .await;
}

/// The newest signal remains, so that the position of a reader that missed some is before the oldest.
#[tokio::test]
async fn old_and_surplus_signals_are_deleted() {
    on_both(async |db| {
        for number in 1..=6 {
            write!(db, signals::insert_all, &[signal(number)]);
            write!(db, signals::number, NOW + i64::try_from(number).unwrap());
        }
        assert_eq!(write!(db, signals::purge, NOW + 3, 10, 10), 2);
        let oldest = signals::oldest(db.read()).await.unwrap();
        assert_eq!(oldest, Some((3, NOW + 3)));
        assert_eq!(write!(db, signals::purge, NOW, 2, 1), 1);
        assert_eq!(write!(db, signals::purge, NOW, 2, 10), 1);
        assert_eq!(write!(db, signals::purge, NOW + 100, 0, 10), 1);
        let oldest = signals::oldest(db.read()).await.unwrap();
        assert_eq!(oldest, Some((6, NOW + 6)));
    })
    .await;
}
