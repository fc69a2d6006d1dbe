//! Tests that a server deletes expired rows as soon as it starts. The tests of the schedule are
//! beside its implementation.

use std::time::Duration;

use doorward_access::clock::Clock as _;
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends, rows};

both_backends!(
    starting_server_runs_cleanup,
    failed_step_does_not_stop_others_and_becomes_overdue,
);

async fn starting_server_runs_cleanup(stack: &Stack) {
    let (db, now) = (stack.db().await, stack.clock.now());
    let tx = db.begin_write().await.unwrap();
    for (token, end) in [("old", now - 86_401), ("young", now - 1)] {
        repo::revoked_tokens::insert(&tx, token, end).await.unwrap();
    }
    tx.commit().await.unwrap();
    let _replica = stack.sweeper().await;
    let is_known = async |token| {
        let found = repo::revoked_tokens::exists(db.read(), token).await;
        found.unwrap()
    };
    let swept = async {
        while is_known("old").await {
            tokio::task::yield_now().await;
        }
    };
    let swept = tokio::time::timeout(Duration::from_secs(30), swept).await;
    assert!(swept.is_ok(), "the cleanup did not run");
    assert!(is_known("young").await);
}

/// Runs the cleanup in a new process, until it has deleted a token that has just expired.
async fn clean_up(stack: &Stack, db: &doorward_store::Db) {
    let tx = db.begin_write().await.unwrap();
    let end = stack.clock.now() - 86_401;
    repo::revoked_tokens::insert(&tx, "old", end).await.unwrap();
    tx.commit().await.unwrap();
    let _replica = stack.sweeper().await;
    let recorded = async {
        while repo::revoked_tokens::exists(db.read(), "old")
            .await
            .unwrap()
            || !has_run(stack, db).await
        {
            tokio::task::yield_now().await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), recorded).await;
    assert!(done.is_ok(), "a step after the failed one did not run");
}

/// Returns true if the last step of the present second is recorded.
async fn has_run(stack: &Stack, db: &doorward_store::Db) -> bool {
    let now = stack.clock.now();
    let later = repo::cleanup_steps::list_overdue(db.read(), now + 3_600).await;
    let later = later.unwrap();
    let latest = repo::cleanup_steps::list_overdue(db.read(), now + 3_601).await;
    latest.unwrap().contains(&"denials".to_owned()) && !later.contains(&"denials".to_owned())
}

async fn failed_step_does_not_stop_others_and_becomes_overdue(stack: &Stack) {
    let db = stack.db().await;
    let url = &stack.storage().identity;
    rows::execute(url, "ALTER TABLE interactions RENAME TO interactions_x").await;
    clean_up(stack, &db).await;
    let overdue = async || {
        let found = repo::cleanup_steps::list_overdue(db.read(), stack.clock.now()).await;
        found.unwrap()
    };
    assert_eq!(overdue().await, [""; 0], "its first failure is no hour ago");
    stack.clock.advance(3_601);
    clean_up(stack, &db).await;
    assert_eq!(overdue().await, ["interactions"]);
    rows::execute(url, "ALTER TABLE interactions_x RENAME TO interactions").await;
    stack.clock.advance(60);
    clean_up(stack, &db).await;
    assert_eq!(overdue().await, [""; 0]);
}
