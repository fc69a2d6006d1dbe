//! Concurrent sign-ins against the release build, with results as JSON (`cargo xtask storm` builds
//! and runs it). With `--timing`: response times for known and unknown users.

#![forbid(unsafe_code)]
// As in the library: nested futures need a deeper layout recursion in a release build.
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measuring program: a failure is a panic with its message"
)]

mod rank;
mod timing;

use std::path::PathBuf;
use std::time::Duration;

use doorward_testkit::Backend;
use doorward_testkit::program::Program;
use doorward_testkit::storm::{Strength, blow, blow_at};
use serde_json::json;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is = |requested: &str| arguments.iter().any(|word| word == requested);
    let known = ["--quick", "--timing", "--beside", "--postgres"];
    if arguments.iter().any(|word| !known.contains(&word.as_str())) {
        eprintln!("usage: storm [--quick] [--timing | --beside] [--postgres]");
        std::process::exit(2);
    }
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(step_back)
        .build()
        .expect("a runtime")
        .block_on(async {
            if is("--timing") {
                timing::measure(if is("--quick") { 50 } else { 500 }).await;
            } else {
                let backend = if is("--postgres") {
                    Backend::PostgresRedis
                } else {
                    Backend::SqliteMemory
                };
                Box::pin(measure(backend, is("--quick"), is("--beside"))).await;
            }
        });
}

/// Lowers the priority of this thread. The five hundred clients then use only the CPU time that the
/// server leaves, as if they ran on other machines. The measured program and the probes are started
/// by other threads and keep their priority.
fn step_back() {
    rustix::process::nice(19).expect("a thread may always step back");
}

/// Returns the program under test: `DOORWARD_BIN`, or `doorward` on the path.
fn binary() -> PathBuf {
    std::env::var_os("DOORWARD_BIN").map_or("doorward".into(), PathBuf::from)
}

/// Measures the storm. With `beside`, the sign-ins go to a second program while the first one is
/// measured: this shows the latency caused by busy cores, which no server can avoid.
async fn measure(backend: Backend, quick: bool, beside: bool) {
    let program = Program::start(&binary(), backend, &[]).await;
    let strength = Strength {
        sign_ins: 500,
        rounds: if quick { 2 } else { 8 },
        calm: Duration::from_secs(if quick { 2 } else { 6 }),
    };
    let outcome = if beside {
        let target = Program::start(&binary(), backend, &[]).await;
        blow_at(&target, &program, strength).await
    } else {
        blow(&program, strength).await
    };
    let goals = json!({
        "memory_within_bound": outcome.memory_holds(),
        "livez_p99_below_100_ms": outcome.livez.storm_p99_ms < 100.0,
        "token_p99_at_most_doubles": outcome.token.p99_ratio <= 2.0,
        "all_busy_say_when": outcome.busy_without_retry_after == 0,
        "no_wrong_answer": outcome.wrong == 0,
    });
    let result = json!({ "outcome": outcome, "goals": goals });
    println!("{}", serde_json::to_string_pretty(&result).expect("JSON"));
}
