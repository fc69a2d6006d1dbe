//! Trials R3 and R4: codes and refresh tokens, each used eight times at once, at two processes if
//! the database allows two.

use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, stack};
use futures_util::future::join_all;
use serde_json::json;

use super::app::{App, token};
use super::{CHEAP, binary};

/// The number of simultaneous uses.
const AT_ONCE: usize = 8;

#[test]
fn r3_code_is_redeemed_once_sqlite_memory() {
    stack::block_on(codes(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r3_code_is_redeemed_once_postgres_redis() {
    stack::block_on(codes(Backend::PostgresRedis, "postgres"));
}

#[test]
fn r4_refresh_family_has_single_successor_sqlite_memory() {
    stack::block_on(families(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r4_refresh_family_has_single_successor_postgres_redis() {
    stack::block_on(families(Backend::PostgresRedis, "postgres"));
}

/// Starts the program, and a peer process if the database can be shared.
async fn start(backend: Backend) -> (Program, Option<PeerProcess>, Vec<String>) {
    let program = Program::start(&binary(), backend, &CHEAP).await;
    let twin = program.twin_if_shared(backend).await;
    let mut origins = vec![program.issuer.clone()];
    origins.extend(twin.iter().map(|twin| twin.origin.clone()));
    (program, twin, origins)
}

async fn codes(backend: Backend, store: &'static str) {
    let trial = Trial::new("R3", store);
    let (program, _twin, origins) = start(backend).await;
    let app = App::new(&program, "alice").await;
    let (many, mut dead) = (trial.size(40, 10_000), 0);
    for number in 0..many {
        let code = app.code().await.expect("a code");
        let attempts = (0..AT_ONCE).map(|item| app.redeem(&origins[item % origins.len()], &code));
        let answers: Vec<_> = join_all(attempts)
            .await
            .into_iter()
            .map(|join_all| join_all.expect("an answer"))
            .collect();
        let redeemed: Vec<_> = answers
            .iter()
            .filter(|(status, _)| *status == 200)
            .collect();
        assert_eq!(redeemed.len(), 1, "code {number}: {answers:?}");
        for (status, body) in answers.iter().filter(|(status, _)| *status != 200) {
            assert_eq!(
                (*status, &body["error"]),
                (400, &json!("invalid_grant")),
                "code {number}"
            );
        }
        // A replayed code may be stolen, so the tokens are revoked (RFC 6749 §4.1.2).
        for name in ["access_token", "refresh_token"] {
            let live = app
                .is_active(&origins[0], &token(&redeemed[0].1, name))
                .await;
            assert!(
                !live,
                "code {number}: the {name} of a replayed code is active"
            );
            dead += 1;
        }
    }
    trial.done(json!({ "codes": many, "at_once": AT_ONCE, "processes": origins.len(), "redeemed_twice": 0, "dead_tokens": dead }));
}

async fn families(backend: Backend, store: &'static str) {
    let trial = Trial::new("R4", store);
    let (program, _twin, origins) = start(backend).await;
    let app = App::new(&program, "alice").await;
    let many = trial.size(30, 5_000);
    for number in 0..many {
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&origins[0], &code).await.expect("an answer");
        let first = token(&body, "refresh_token");
        let attempts = (0..AT_ONCE).map(|item| app.refresh(&origins[item % origins.len()], &first));
        let mut successors = Vec::new();
        for answer in join_all(attempts).await {
            let (status, body) = answer.expect("an answer");
            // A retry within the grace period: all get the same successor.
            assert_eq!(status, 200, "family {number}: {body}");
            successors.push(token(&body, "refresh_token"));
        }
        successors.dedup();
        assert_eq!(successors.len(), 1, "family {number} has two successors");
        let (status, body) = app
            .refresh(&origins[0], &successors[0])
            .await
            .expect("an answer");
        assert_eq!(status, 200, "family {number}: {body}");
        let last = token(&body, "refresh_token");
        // The first token again after its successor was used is reuse (RFC 9700 §4.14.2).
        let (status, body) = app
            .refresh(&origins[number % origins.len()], &first)
            .await
            .expect("an answer");
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid_grant")),
            "family {number}"
        );
        assert!(
            !app.is_active(&origins[0], &last).await,
            "family {number} is still active"
        );
    }
    trial.done(json!({ "families": many, "at_once": AT_ONCE, "processes": origins.len(), "forks": 0, "survivors_of_reuse": 0 }));
}
