//! Memory: at its limit the program ends, instead of going on in part. Its supervisor starts it.

use std::time::{Duration, Instant};

use doorward_testkit::process::{Resource, memory_of};
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, PASSWORD, Page, UserAgent, stack};
use futures_util::future::join_all;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::super::binary;
use super::super::dependency::{SETTINGS, apps};
use super::super::ledger::{Working, check_codes, verify};
use super::{until_linked, until_whole};

#[test]
fn r38_program_without_memory_ends_and_loses_nothing() {
    stack::block_on(exhausted());
}

async fn exhausted() {
    let trial = Trial::new("R38", "sqlite");
    let mut settings = SETTINGS.to_vec();
    // The allocator asks for memory when it needs it, and not for a gigabyte at the start.
    settings.push(("MIMALLOC_ARENA_EAGER_COMMIT", "0"));
    let mut program = Program::start(&binary(), Backend::SqliteMemory, &settings).await;
    let apps = apps(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (mut acknowledged, mut slowest) = (0, Duration::ZERO);
    let rounds = trial.size(2, 20);
    for round in 0..rounds {
        let working = Working::begin(&program, &apps, &mut chance);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let megabytes = memory_of(program.process.id(), "VmData").expect("it runs");
        program
            .process
            .limit(Resource::Data, Some(limit(megabytes)));
        let began = Instant::now();
        while !program.process.has_ended() {
            let in_time = began.elapsed() < Duration::from_secs(30);
            assert!(in_time, "round {round}: it runs: {}", program.output());
            // Each hash of a password needs memory.
            let tries = (0..8).map(|_| try_to_sign_in(&program));
            join_all(tries).await;
        }
        let known = working.end().await;
        let ended = Instant::now();
        program.start_again().await;
        slowest = slowest.max(until_whole(&trial, &program, ended).await);
        let when = format!("round {round}");
        for (app, known) in apps.iter().zip(&known) {
            verify(app, &program.issuer, known, &when).await;
        }
        for (app, known) in apps.iter().zip(known) {
            acknowledged += known.acknowledged;
            check_codes(app, &program.issuer, &known.spent).await;
        }
    }
    until_linked(&program).await;
    trial.done(json!({
        "exhausted": "memory", "ends": rounds, "acknowledged": acknowledged, "lost": 0,
        "whole_ms": slowest.as_millis(),
    }));
}

/// Signs a user in, with any result.
async fn try_to_sign_in(program: &Program) {
    let agent = UserAgent::new();
    let Ok(page) = Page::fetch(agent.http().get(program.at("/login"))).await else {
        return;
    };
    if let Some(form) = page.find_form("form:has([name=password])") {
        let form = form.with("identifier", "bob").with("password", PASSWORD);
        let _ = agent.submission(&form).send().await;
    }
}

/// Returns the bytes of a number of megabytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the memory of a process is a positive number far below the limit"
)]
fn limit(megabytes: f64) -> u64 {
    (megabytes * 1e6) as u64
}
