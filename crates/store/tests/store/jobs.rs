use doorward_domain::model::{Job, JobId, JobKind};
use doorward_store::repo::jobs;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixtures::NOW;
use crate::harness::{on_both, on_both_databases};
use crate::write;

fn job(run_at: i64) -> Job {
    Job {
        id: JobId::from_uuid(Uuid::new_v4()),
        kind: JobKind::Mail,
        payload_sealed: vec![1, 2, 3],
        run_at,
        attempts: 0,
        lease_until: None,
        created_at: NOW,
    }
}

#[tokio::test]
async fn job_is_acquired_once_until_lease_expires() {
    on_both(async |db| {
        let (later, first) = (job(NOW + 10), job(NOW + 5));
        write!(db, jobs::insert, &later);
        write!(db, jobs::insert, &first);
        let due = async |now| jobs::next_due(db.read(), now).await.unwrap();
        assert_eq!(due(NOW + 4).await, None);
        assert_eq!(due(NOW + 10).await, Some(first.id), "the oldest first");

        let begun = write!(db, jobs::acquire, first.id, NOW + 60, NOW + 10).unwrap();
        let expected = Job {
            attempts: 1,
            lease_until: Some(NOW + 60),
            ..first.clone()
        };
        assert_eq!(begun, expected);
        assert_eq!(
            write!(db, jobs::acquire, first.id, NOW + 70, NOW + 10),
            None
        );
        assert_eq!(due(NOW + 10).await, Some(later.id));
        // The worker crashed: the next one leases the job again.
        let again = write!(db, jobs::acquire, first.id, NOW + 120, NOW + 60).unwrap();
        assert_eq!(again.attempts, 2);
        assert_eq!(
            write!(db, jobs::acquire, later.id, NOW + 60, NOW + 9),
            None,
            "not due"
        );
    })
    .await;
}

#[tokio::test]
async fn done_failed_and_waiting_jobs_are_distinguished() {
    on_both(async |db| {
        let (done, failed, retried) = (job(NOW), job(NOW), job(NOW));
        for item in [&done, &failed, &retried] {
            write!(db, jobs::insert, item);
            assert!(write!(db, jobs::acquire, item.id, NOW + 60, NOW).is_some());
        }
        write!(db, jobs::complete, done.id, NOW);
        write!(db, jobs::fail, failed.id, "550 no such person", None, NOW);
        write!(db, jobs::fail, retried.id, "451 later", Some(NOW + 10), NOW);
        assert_eq!(jobs::count_waiting(db.read()).await.unwrap(), 1);
        assert_eq!(jobs::count_failed(db.read()).await.unwrap(), 1);
        let due = async |now| jobs::next_due(db.read(), now).await.unwrap();
        assert_eq!(due(NOW + 9).await, None);
        assert_eq!(
            due(NOW + 10).await,
            Some(retried.id),
            "its lease is over as well"
        );
        for over in [done.id, failed.id] {
            assert_eq!(write!(db, jobs::acquire, over, NOW + 999, NOW + 99), None);
        }
        // Cleanup keeps waiting jobs of any age.
        assert_eq!(write!(db, jobs::purge, NOW), 0);
        assert_eq!(write!(db, jobs::purge, NOW + 1), 2);
        assert_eq!(jobs::count_waiting(db.read()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn of_50_concurrent_workers_only_first_acquires_job() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        let job = job(NOW);
        write!(db, jobs::insert, &job);
        let mut attempts = JoinSet::new();
        for _ in 0..50 {
            let (db, id) = (db.clone(), job.id);
            attempts.spawn(async move { write!(db, jobs::acquire, id, NOW + 60, NOW).is_some() });
        }
        let won = attempts
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(won, 1);
        db.close().await.unwrap();
    })
    .await;
}
