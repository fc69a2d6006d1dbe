//! Tests that several processes count together, and that a process without Redis still counts.

use std::path::Path;

use doorward_domain::model::AuditKind;
use doorward_store::{Db, OpenOptions, repo};
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, Stack, UserAgent, stack};
use futures_util::future::join_all;
use serde_json::json;

use super::support::{LIMITS, fail, form, post, post_for, retry_after};
use crate::limited;

limited!(LIMITS;
    attempts_by_user_name_and_email_share_count,
    wait_by_name_is_wait_by_address,
);

/// Runs two processes that share only PostgreSQL and Redis.
#[test]
fn two_replicas_check_at_most_seven_of_200_parallel_guesses() {
    doorward_testkit::stack::block_on(guesses());
}

async fn guesses() {
    let binary = Path::new(env!("CARGO_BIN_EXE_doorward"));
    let program = Program::start(binary, Backend::PostgresRedis, LIMITS).await;
    let twin = program.twin().await;
    let agent = UserAgent::new();
    let page = agent.get(program.at("/login")).await;
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", "alice");
    let form = form.with("password", "a wrong password");
    let origins = [program.issuer.as_str(), &twin.origin];
    let trial = Trial::new("R6", "postgres");
    let (many, mut refused) = (trial.size(200, 5_000), [0_usize; 2]);
    // A busy process may answer 503 to a guess that it has counted.
    let mut unanswered = 0_usize;
    for first in (0..many).step_by(200) {
        let guesses = (first..many.min(first + 200)).map(|number| {
            // Neither the case of the name nor a client-supplied header creates a separate count.
            let name = if number % 3 == 0 { "Alice" } else { "alice" };
            let form = form.clone().with("identifier", name);
            let (origin, anonymous_caller) =
                (origins[number % 2], format!("192.0.2.{}", number % 256));
            let (issuer, agent) = (&program.issuer, &agent);
            async move { post_for(issuer, agent, origin, &form, Some(&anonymous_caller)).await }
        });
        for (number, page) in join_all(guesses).await.iter().enumerate() {
            match page.status {
                401 => refused[number % 2] += 1,
                503 => unanswered += 1,
                _ => assert!(retry_after(page) > 0),
            }
        }
    }
    let checked: usize = refused.iter().sum();
    assert!(checked <= 7, "{refused:?} were checked");
    assert!(checked + unanswered >= 5, "{refused:?} were checked");
    // The responses match the checks: each failed check left an audit event, and nothing else did.
    let db = Db::open(&program.storage.identity, OpenOptions::for_command()).await;
    let db = db.expect("the database");
    let events = repo::audit::list(db.read(), None, 1000).await.unwrap();
    db.close().await.unwrap();
    let failed = events
        .iter()
        .filter(|event| event.kind == AuditKind::LoginFailed);
    assert_eq!(failed.count(), checked, "{events:?}");
    trial.done(json!({ "guesses": many, "processes": 2, "checked": checked, "most": 7 }));
}

#[test]
fn limits_apply_without_redis() {
    let away = ("DOORWARD_REDIS_URL", "redis://127.0.0.1:1/0");
    let settings = [LIMITS[0], away];
    stack::run_with(Backend::PostgresRedis, &settings, half_as_many);
}

async fn half_as_many(stack: &Stack) {
    for _ in 0..2 {
        let page = fail(stack, "alice").await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    let page = fail(stack, "alice").await;
    assert_eq!(retry_after(&page), 60);
    assert_eq!(
        page.header("ratelimit-policy"),
        Some("\"sign-in\";q=2;w=60")
    );
}

/// Checks that user name and e-mail address of an account share one count (ASVS 5.0 §6.3.1).
async fn attempts_by_user_name_and_email_share_count(stack: &Stack) {
    let agent = UserAgent::new();
    let form = form(stack, &agent, "alice", "a wrong password").await;
    let names = ["alice", "alice@example.org", "ALICE", "Alice@Example.org"];
    let forms: Vec<_> = names
        .iter()
        .map(|name| form.clone().with("identifier", name))
        .collect();
    let guesses =
        (0..200).map(|number| post(stack, &agent, stack.issuer(), &forms[number % 4], None));
    let mut checked = 0;
    for page in join_all(guesses).await {
        match page.status {
            401 => checked += 1,
            _ => assert!(retry_after(&page) > 0),
        }
    }
    assert!((1..=7).contains(&checked), "{checked} were checked");
}

async fn wait_by_name_is_wait_by_address(stack: &Stack) {
    for number in 0..5 {
        // The short windows have ended; the lockout ladder is stored in a row.
        stack.clock.advance(61);
        let name = ["alice", "alice@example.org"][number % 2];
        let page = fail(stack, name).await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    for name in ["alice", "alice@example.org"] {
        assert_eq!(retry_after(&fail(stack, name).await), 60, "{name}");
    }
    // An unknown name has a separate count.
    assert_eq!(fail(stack, "nobody@example.org").await.status, 401);
}
