//! Tests that a server deletes expired rows as soon as it starts. The tests of the schedule are
//! beside its implementation.

use std::time::Duration;

use doorward_access::clock::Clock as _;
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends};

both_backends!(starting_server_runs_cleanup);

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
