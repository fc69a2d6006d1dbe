//! The clock: it jumps by an hour, and back.

use std::time::{Duration, Instant};

use doorward_testkit::trial::Trial;
use doorward_testkit::{Authorization, Backend, Stack, UserAgent, stack};
use serde_json::{Value, json};

use super::{WHOLE, outage};

#[test]
fn r38_service_recovers_from_clock_that_jumps() {
    for jump in [3_600, -3_600] {
        stack::run(Backend::SqliteMemory, async |stack: &Stack| {
            jumps(stack, jump).await;
        });
    }
}

async fn readiness(stack: &Stack) -> (u16, Value) {
    let page = UserAgent::new().get(stack.at("/readyz")).await;
    (page.status, page.json()["checks"].clone())
}

/// Returns true if this user can sign in, and gets a code.
async fn signs_in(stack: &Stack, person: &str) -> String {
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
    request.complete(&agent, person).await.code()
}

async fn jumps(stack: &Stack, jump: i64) {
    let trial = Trial::new("R38", "sqlite");
    signs_in(stack, "alice").await;
    assert_eq!(readiness(stack).await.1["clock"], "ok");
    stack.clock.advance(jump);
    let began = Instant::now();
    while began.elapsed() < outage(&trial) {
        let (status, checks) = readiness(stack).await;
        assert_eq!((status, &checks["clock"]), (200, &Value::from("stepped")));
        signs_in(stack, "bob").await;
        // It goes on from there.
        tokio::time::sleep(Duration::from_secs(1)).await;
        stack.clock.advance(1);
    }
    stack.clock.advance(-jump);
    let ended = Instant::now();
    for person in ["alice", "bob", "mona"] {
        signs_in(stack, person).await;
    }
    let (status, checks) = readiness(stack).await;
    assert_eq!((status, &checks["clock"]), (200, &Value::from("ok")));
    let whole = ended.elapsed();
    assert!(whole <= trial.max_duration(WHOLE), "{whole:?}");
    trial.done(json!({ "jump_s": jump, "whole_ms": whole.as_millis() }));
}
