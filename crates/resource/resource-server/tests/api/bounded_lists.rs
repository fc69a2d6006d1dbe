//! Searches and filtered lists have a deadline, and do not take the connections of other requests.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, TransactionTrait as _};

use crate::database::{Backend, connect};
use crate::fixture::{DEVELOPER, Fixture, header, problem};

/// A list of each kind for each filter and order that no index of a rule serves.
const EXPENSIVE: [&str; 14] = [
    "/api/tasks/?search=alpha",
    "/api/tasks/?status=cancelled",
    "/api/tasks/?priority=low",
    "/api/tasks/?due_before=2020-01-01",
    "/api/tasks/?due_after=2040-01-01",
    "/api/tasks/?department=none",
    "/api/tasks/?assignee=none",
    "/api/tasks/?ordering=title",
    "/api/projects/?search=alpha",
    "/api/projects/?confidentiality=restricted",
    "/api/projects/?ordering=name",
    "/api/articles/?search=alpha",
    "/api/articles/?ordering=title",
    "/api/audit/?subject=none",
];

const ALL: &str = "tasks:read tasks:write tasks:delete tasks:audit content:read";

/// Number of searches that wait for the lock.
const WAITING: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                       AND wait_event_type = 'Lock' AND query LIKE '%WITH found AS%'";

/// Locks the tables, so that each read of them waits.
async fn lock(db: &DatabaseConnection) -> sea_orm::DatabaseTransaction {
    let tx = db.begin().await.unwrap();
    tx.execute_unprepared("LOCK TABLE tasks, projects, articles, tasks_audit")
        .await
        .unwrap();
    tx
}

#[actix_web::test]
async fn every_list_with_filter_ends_at_its_deadline() {
    let deadline = Duration::from_millis(300);
    let fixture = Fixture::with_deadline(Backend::Postgres, deadline).await;
    let alice = fixture.person("alice", ALL);
    let db = connect(fixture.database.url()).await;
    let lock = lock(&db).await;
    for path in EXPENSIVE {
        let began = Instant::now();
        let body = problem(alice.get(path).await, 400).await;
        assert_eq!(
            body["type"], "urn:doorward:problem:list-too-expensive",
            "{path}"
        );
        assert!(began.elapsed() < Duration::from_secs(5), "{path}");
    }
    lock.rollback().await.unwrap();
    for path in EXPENSIVE {
        assert_eq!(alice.get(path).await.status(), StatusCode::OK, "{path}");
    }
}

#[actix_web::test]
async fn expensive_lists_of_user_run_one_at_a_time() {
    let deadline = Duration::from_millis(500);
    let fixture = Fixture::with_deadline(Backend::Postgres, deadline).await;
    let alice = fixture.person("alice", ALL);
    let bob = fixture.person("bob", ALL);
    let db = connect(fixture.database.url()).await;
    let lock = lock(&db).await;
    let searches = join_all((0..16).map(|_| alice.get("/api/tasks/?search=alpha")));
    let others = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let began = Instant::now();
        // These read other tables.
        for _ in 0..20 {
            let response = bob.get("/api/categories/").await;
            assert_eq!(response.status(), StatusCode::OK);
        }
        assert!(fixture.number(WAITING).await <= 1);
        assert!(
            began.elapsed() < Duration::from_secs(3),
            "{:?}",
            began.elapsed()
        );
    };
    let (responses, ()) = futures_util::future::join(searches, others).await;
    let mut rejected = 0;
    for response in responses {
        match response.status().as_u16() {
            400 => {}
            429 => {
                rejected += 1;
                assert_eq!(header(&response, "retry-after"), "1");
            }
            status => panic!("{status}"),
        }
    }
    assert!((7..16).contains(&rejected), "{rejected}");
    lock.rollback().await.unwrap();
    assert_eq!(alice.titles("/api/tasks/?search=alpha").await, [""; 0]);
}

#[actix_web::test]
async fn statement_ends_when_client_is_gone() {
    let fixture = Fixture::start(Backend::Postgres).await;
    let alice = fixture.person("alice", ALL);
    let db = connect(fixture.database.url()).await;
    let lock = lock(&db).await;
    let search = alice.get("/api/tasks/?search=alpha");
    let observed = fixture.wait_for(WAITING, 1);
    tokio::select! {
        _ = search => panic!("it waits"),
        () = observed => {}
    }
    // The request was dropped, and its connection closed.
    fixture.wait_for(WAITING, 0).await;
    lock.rollback().await.unwrap();
    assert_eq!(alice.titles("/api/tasks/?search=alpha").await, [""; 0]);
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn concurrent_filtered_lists_wait_for_each_other(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let alice = fixture.person("alice", DEVELOPER);
    alice.create_titled("alpha").await;
    let lists = (0..6).map(|_| alice.titles("/api/tasks/?search=alp&status=todo"));
    for titles in join_all(lists).await {
        assert_eq!(titles, ["alpha"]);
    }
}
