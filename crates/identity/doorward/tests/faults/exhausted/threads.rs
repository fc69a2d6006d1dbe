//! Threads: the system starts none.

use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::strace::{InjectedErrors, is_permitted};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::super::app::Seen;
use super::super::binary;
use super::super::dependency::{SETTINGS, apps, assert_sessions_remain};
use super::super::ledger::{Working, verify};
use super::{Watch, outage, until_linked, until_whole};

#[test]
fn r38_service_recovers_from_exhausted_threads() {
    stack::block_on(exhausted());
}

async fn exhausted() {
    let trial = Trial::new("R38", "sqlite");
    if let Err(why) = is_permitted().await {
        return trial.not_run(why);
    }
    let program = Program::start(&binary(), Backend::SqliteMemory, &SETTINGS).await;
    let apps = apps(&program).await;
    // The idle threads of the libraries end after ten seconds.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let rule = "clone,clone3:error=EAGAIN";
    let injected = InjectedErrors::inject_everywhere(program.process.id(), rule).await;
    let began = Instant::now();
    let (working, watch) = (
        Working::begin(&program, &apps, &mut chance),
        Watch::begin(program.at("/readyz")),
    );
    tokio::time::sleep(outage(&trial)).await;
    let ended = Instant::now();
    injected.end();
    let whole = until_whole(&trial, &program, Instant::now()).await;
    let known = working.end().await;
    let named = watch
        .named((began, ended), ("threads", "exhausted", 503))
        .await;
    let seen: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    assert_sessions_remain(&seen, "threads");
    let during = seen
        .iter()
        .filter(|seen| (began..ended).contains(&seen.asked));
    let (answered, unavailable): (Vec<&Seen>, Vec<&Seen>) = during.partition(|seen| seen.is_good());
    assert!(
        answered.len() > 10 && unavailable.is_empty(),
        "{unavailable:?}"
    );
    for (app, known) in apps.iter().zip(known) {
        verify(app, &program.issuer, &known, "threads").await;
    }
    until_linked(&program).await;
    assert!(
        !program.output().contains("panicked"),
        "{}",
        program.output()
    );
    trial.done(json!({
        "exhausted": "threads", "during": answered.len(), "named_ms": named.as_millis(),
        "whole_ms": whole.as_millis(),
    }));
}
