use doorward_domain::model::{
    BulkAction, BulkChange, BulkChangeId, BulkFailure, BulkSelection, BulkState, EmailDomains,
    GroupId, StopReason, SubjectKind, UserId,
};
use doorward_store::repo::bulk_changes;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixtures::NOW;
use crate::harness::{on_both, on_two_replicas};
use crate::write;

fn change(selection: BulkSelection) -> BulkChange {
    BulkChange {
        id: BulkChangeId::from_uuid(Uuid::new_v4()),
        starter_kind: SubjectKind::User,
        starter: Uuid::new_v4().to_string(),
        org: Some("acme".to_owned()),
        client_id: Some("console".to_owned()),
        action: BulkAction::AddToGroup,
        group: Some(GroupId::from_uuid(Uuid::new_v4())),
        email_domains: Some(EmailDomains {
            from: "old.example".to_owned(),
            to: "new.example".to_owned(),
        }),
        notify: false,
        keep_access: true,
        selection,
        total: Some(60),
        cursor: None,
        done: 0,
        failed: 0,
        state: BulkState::Running,
        stop_reason: None,
        lease_until: NOW,
        created_at: NOW,
        ended_at: None,
    }
}

#[tokio::test]
async fn change_is_stored_leased_and_ended() {
    on_both(async |db| {
        let users = vec![UserId::from_uuid(Uuid::new_v4())];
        let first = change(BulkSelection::Users(users));
        let other = BulkChange {
            total: None,
            org: None,
            email_domains: None,
            notify: true,
            keep_access: false,
            ..change(BulkSelection::Filter("q=al".to_owned()))
        };
        let find = async |id| bulk_changes::find(db.read(), id).await.unwrap();
        for item in [&first, &other] {
            assert!(write!(db, bulk_changes::insert, item));
            assert_eq!(find(item.id).await.as_ref(), Some(item));
        }
        let listed = bulk_changes::list(db.read(), None, 1).await.unwrap();
        assert_eq!(listed.len(), 1);
        let next = bulk_changes::list(db.read(), Some(listed[0].id), 9).await;
        let next = next.unwrap();
        assert_eq!(next.len(), 1);
        assert!(next[0].id != listed[0].id);
        let again = BulkChange {
            done: 9,
            ..first.clone()
        };
        assert!(!write!(db, bulk_changes::insert, &again));
        assert_eq!(find(first.id).await, Some(first.clone()));

        let due = async |now| bulk_changes::next_due(db.read(), now).await.unwrap();
        assert_eq!(due(NOW - 1).await, None);
        let until = NOW + 60;
        let leased = write!(db, bulk_changes::acquire, first.id, until, NOW).unwrap();
        assert_eq!(leased.lease_until, until);
        assert_eq!(
            write!(db, bulk_changes::acquire, first.id, until, NOW),
            None
        );
        assert_eq!(due(NOW).await, Some(other.id));

        // Of two processes with the same progress, the first one continues.
        let after = BulkChange {
            done: 20,
            failed: 5,
            cursor: Some("al\n7".to_owned()),
            ..leased.clone()
        };
        assert!(write!(db, bulk_changes::save, &leased, &after));
        assert!(!write!(db, bulk_changes::save, &leased, &after));
        assert_eq!(find(first.id).await, Some(after.clone()));
        // A page of a filter may contain no users.
        let next = BulkChange {
            cursor: Some("al\n9".to_owned()),
            ..after.clone()
        };
        assert!(write!(db, bulk_changes::save, &after, &next));
        assert!(!write!(db, bulk_changes::save, &after, &next));
        assert_eq!(find(first.id).await, Some(next));

        let reason = Some(StopReason::Requested);
        assert!(write!(db, bulk_changes::end, first.id, reason, NOW + 1));
        assert!(!write!(db, bulk_changes::end, first.id, None, NOW + 2));
        let stopped = find(first.id).await.unwrap();
        assert_eq!(stopped.state, BulkState::Stopped);
        assert_eq!(
            (stopped.stop_reason, stopped.ended_at),
            (reason, Some(NOW + 1))
        );
        assert_eq!(
            write!(db, bulk_changes::acquire, first.id, until, until),
            None
        );
        assert!(write!(db, bulk_changes::end, other.id, None, NOW));
        assert_eq!(find(other.id).await.unwrap().state, BulkState::Done);
        assert_eq!(due(NOW + 600).await, None);
    })
    .await;
}

#[tokio::test]
async fn failures_are_listed_in_pages_and_purged() {
    on_both(async |db| {
        let item = change(BulkSelection::Filter(String::new()));
        write!(db, bulk_changes::insert, &item);
        let mut failed: Vec<BulkFailure> = (0..5)
            .map(|_| BulkFailure {
                user: UserId::from_uuid(Uuid::new_v4()),
                reason: "more_powerful".to_owned(),
            })
            .collect();
        failed.sort_by_key(|failure| failure.user);
        write!(db, bulk_changes::insert_failures, item.id, &[]);
        write!(db, bulk_changes::insert_failures, item.id, &failed);
        let again = BulkFailure {
            reason: "not_found".to_owned(),
            ..failed[0].clone()
        };
        write!(db, bulk_changes::insert_failures, item.id, &[again]);
        let page = async |after, limit| {
            let found = bulk_changes::failures(db.read(), item.id, after, limit);
            found.await.unwrap()
        };
        assert_eq!(page(None, 3).await, failed[..3]);
        assert_eq!(page(Some(failed[2].user), 3).await, failed[3..]);
        assert_eq!(write!(db, bulk_changes::purge, NOW, 1000), 0);
        // The change and its failures.
        assert_eq!(write!(db, bulk_changes::purge, NOW + 1, 1000), 6);
        assert!(page(None, 3).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_one_replica_acquires_change() {
    on_two_replicas(async |replicas| {
        let item = change(BulkSelection::Filter(String::new()));
        write!(replicas[0], bulk_changes::insert, &item);
        let mut tries = JoinSet::new();
        for number in 0..8 {
            let (db, id) = (replicas[number % 2].clone(), item.id);
            tries.spawn(
                async move { write!(db, bulk_changes::acquire, id, NOW + 60, NOW).is_some() },
            );
        }
        let won = tries.join_all().await;
        assert_eq!(won.into_iter().filter(|won| *won).count(), 1);
    })
    .await;
}
