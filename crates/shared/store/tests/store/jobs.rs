use doorward_domain::model::{Job, JobId, JobKind, JobState};
use doorward_store::Db;
use doorward_store::repo::jobs;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::fixtures::NOW;
use crate::harness::{on_both, on_both_databases};
use crate::write;

pub fn job(run_at: i64) -> Job {
    Job {
        id: JobId::from_uuid(Uuid::new_v4()),
        kind: JobKind::Mail,
        payload_sealed: vec![1, 2, 3],
        run_at,
        attempts: 0,
        lease_until: None,
        created_at: NOW,
        destination: None,
    }
}

async fn next_due(db: &Db, except: &[String], now: i64) -> Option<JobId> {
    let found = jobs::next_due(db.read(), &JobKind::ALL, except, now).await;
    found.unwrap().map(|job| job.id)
}

#[tokio::test]
async fn jobs_of_other_kinds_and_destinations_are_skipped() {
    on_both(async |db| {
        let to = |at: i64, kind, destination: Option<&str>| Job {
            kind,
            destination: destination.map(str::to_owned),
            ..job(NOW + at)
        };
        let slow = to(0, JobKind::Logout, Some("slow.example"));
        let slow_too = to(1, JobKind::Logout, Some("slow.example"));
        let mail = to(2, JobKind::Mail, Some("slow.example"));
        let other = to(3, JobKind::Logout, Some("other.example"));
        // Enqueued by a former release.
        let former = to(4, JobKind::Logout, None);
        for item in [&slow, &slow_too, &mail, &other, &former] {
            write!(db, jobs::insert, item);
        }
        let due = async |kinds: &[JobKind], except: &[&str]| {
            let except: Vec<String> = except.iter().map(|name| (*name).to_owned()).collect();
            let found = jobs::next_due(db.read(), kinds, &except, NOW + 9).await;
            found.unwrap().map(|job| job.id)
        };
        assert_eq!(due(&[JobKind::Logout], &[]).await, Some(slow.id));
        assert_eq!(due(&[JobKind::Mail], &[]).await, Some(mail.id));
        let except = ["slow.example", "other.example"];
        assert_eq!(due(&[JobKind::Logout], &except[..1]).await, Some(other.id));
        assert_eq!(due(&[JobKind::Logout], &except).await, Some(former.id));
        assert_eq!(due(&[JobKind::Lock], &[]).await, None);

        let lane = [JobKind::Logout];
        let deferred = write!(db, jobs::defer, &lane, "slow.example", NOW + 60, NOW + 9, 1);
        assert_eq!(deferred, 1, "bounded");
        let deferred = write!(db, jobs::defer, &lane, "slow.example", NOW + 60, NOW + 9, 9);
        assert_eq!(deferred, 1, "the other one, and no mail");
        assert_eq!(due(&JobKind::ALL, &[]).await, Some(mail.id));
        let found = jobs::find(db.read(), slow.id).await.unwrap().unwrap();
        assert_eq!((found.run_at, found.attempts), (NOW + 60, 0));
    })
    .await;
}

#[tokio::test]
async fn job_is_acquired_once_until_lease_expires() {
    on_both(async |db| {
        let (later, first) = (job(NOW + 10), job(NOW + 5));
        write!(db, jobs::insert, &later);
        write!(db, jobs::insert, &first);
        let due = async |now| next_due(db, &[], now).await;
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

/// Creates a job and acquires it.
async fn begun(db: &Db) -> Job {
    let new = job(NOW);
    write!(db, jobs::insert, &new);
    write!(db, jobs::acquire, new.id, NOW + 60, NOW).unwrap()
}

#[tokio::test]
async fn outcome_of_lost_lease_changes_nothing() {
    on_both(async |db| {
        let slow = begun(db).await;
        let other = write!(db, jobs::acquire, slow.id, NOW + 120, NOW + 60).unwrap();
        assert!(!write!(db, jobs::complete, &slow, NOW + 61));
        assert!(!write!(
            db,
            jobs::fail,
            &slow,
            "451",
            Some(NOW + 99),
            NOW + 61
        ));
        assert!(!write!(db, jobs::fail, &slow, "550", None, NOW + 61));
        assert!(!write!(db, jobs::delete, &slow));
        let found = jobs::find(db.read(), slow.id).await.unwrap().unwrap();
        assert_eq!(found.state(NOW + 61), JobState::Running);
        assert!(write!(db, jobs::complete, &other, NOW + 62));
        // The slow worker must not cause a second attempt of what is done.
        assert!(!write!(
            db,
            jobs::fail,
            &slow,
            "451",
            Some(NOW + 99),
            NOW + 63
        ));
        assert_eq!(next_due(db, &[], NOW + 999).await, None);
    })
    .await;
}

#[tokio::test]
async fn done_failed_and_waiting_jobs_are_distinguished() {
    on_both(async |db| {
        let (done, failed, retried) = (begun(db).await, begun(db).await, begun(db).await);
        assert!(write!(db, jobs::complete, &done, NOW));
        assert!(write!(
            db,
            jobs::fail,
            &failed, "550 no such user", None, NOW
        ));
        assert!(write!(
            db,
            jobs::fail,
            &retried,
            "451 later",
            Some(NOW + 10),
            NOW
        ));
        assert_eq!(jobs::count_waiting(db.read()).await.unwrap(), 1);
        assert_eq!(jobs::count_failed(db.read()).await.unwrap(), 1);
        for (limit, counted) in [(0, 0), (1, 1), (2, 1)] {
            let waiting = jobs::count_waiting_up_to(db.read(), limit).await;
            assert_eq!(waiting.unwrap(), counted);
            let failed = jobs::count_failed_up_to(db.read(), limit).await;
            assert_eq!(failed.unwrap(), counted);
        }
        let due = async |now| next_due(db, &[], now).await;
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
        assert_eq!(write!(db, jobs::purge, NOW, 1000), 0);
        assert_eq!(write!(db, jobs::purge, NOW + 1, 1000), 2);
        assert_eq!(jobs::count_waiting(db.read()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn queue_of_mail_is_counted_by_who_waits() {
    on_both(async |db| {
        let of = |kind| Job { kind, ..job(NOW) };
        for kind in [JobKind::Notification; 3].into_iter().chain(JobKind::ALL) {
            write!(db, jobs::insert, &of(kind));
        }
        let sent = begun(db).await;
        assert!(write!(db, jobs::complete, &sent, NOW));
        let queue = jobs::mail_queue(db.read(), NOW + 299).await.unwrap();
        let numbers = [queue.requested, queue.notifications, queue.sent];
        assert_eq!(numbers, [1, 4, 1]);
        let later = jobs::mail_queue(db.read(), NOW + 300).await.unwrap();
        assert_eq!(later.sent, 0);
        for (kinds, limit, counted) in [
            (&JobKind::MAILS[..], 10, 5),
            (&JobKind::MAILS, 2, 2),
            (&[JobKind::Lock], 10, 1),
        ] {
            let waiting = jobs::count_waiting_of(db.read(), kinds, limit).await;
            assert_eq!(waiting.unwrap(), counted);
        }
    })
    .await;
}

#[tokio::test]
async fn failed_job_is_listed_and_retried_with_its_payload() {
    on_both(async |db| {
        let jobs = [begun(db).await, begun(db).await, begun(db).await];
        let [first, second, done] = &jobs;
        assert!(write!(db, jobs::fail, first, "550 no", None, NOW + 2));
        assert!(write!(db, jobs::fail, second, "550 no", None, NOW + 1));
        assert!(write!(db, jobs::complete, done, NOW + 1));
        let page = async |failed, before| jobs::page(db.read(), failed, before, 2).await.unwrap();
        let failed = page(true, None).await;
        let ids: Vec<JobId> = failed.iter().map(|job| job.id).collect();
        assert_eq!(ids, [first.id, second.id], "the latest failure first");
        assert_eq!(failed[0].state(NOW + 2), JobState::Failed);
        assert_eq!(failed[0].last_error.as_deref(), Some("550 no"));
        let rest = page(true, Some(jobs::position(&failed[0]))).await;
        assert_eq!(rest, failed[1..]);
        assert_eq!(page(true, Some(jobs::position(&failed[1]))).await, []);

        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let rows = page(false, before).await;
            let Some(last) = rows.last() else { break };
            before = Some(jobs::position(last));
            seen.extend(rows.into_iter().map(|job| job.id));
        }
        let mut expected: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
        expected.sort_by_key(|id| std::cmp::Reverse(id.as_uuid()));
        assert_eq!(seen, expected);

        assert!(
            !write!(db, jobs::retry, done.id, NOW + 9),
            "it has not failed"
        );
        assert!(write!(db, jobs::retry, first.id, NOW + 9));
        assert!(!write!(db, jobs::retry, first.id, NOW + 9), "it waits");
        let found = jobs::find(db.read(), first.id).await.unwrap().unwrap();
        assert_eq!((found.attempts, found.run_at), (0, NOW + 9));
        assert_eq!(found.state(NOW + 9), JobState::Waiting);
        let again = write!(db, jobs::acquire, first.id, NOW + 60, NOW + 9).unwrap();
        assert_eq!(again.payload_sealed, first.payload_sealed);
        // The age counts from the end, not from the creation.
        assert_eq!(write!(db, jobs::purge, NOW + 1, 1000), 0);
        assert_eq!(write!(db, jobs::purge, NOW + 2, 1000), 2);
        assert_eq!(jobs::find(db.read(), second.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn failed_jobs_are_retried_in_batches_and_once() {
    on_both(async |db| {
        let jobs: Vec<Job> = (0..5).map(|_| job(NOW)).collect();
        for job in &jobs {
            write!(db, jobs::insert, job);
            write!(db, jobs::fail, job, "550", None, NOW);
        }
        assert_eq!(write!(db, jobs::retry_failed, NOW + 9, 3), 3);
        // A job that fails at once is not retried by the same change.
        for job in &jobs {
            write!(db, jobs::fail, job, "550", None, NOW + 9);
        }
        assert_eq!(write!(db, jobs::retry_failed, NOW + 9, 3), 2);
        assert_eq!(write!(db, jobs::retry_failed, NOW + 9, 3), 0);
        assert_eq!(write!(db, jobs::retry_failed, NOW + 10, 9), 3);
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
