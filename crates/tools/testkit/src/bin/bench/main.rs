//! The cost of tokens: server CPU time in units of one RSA-2048 signature measured in the same run,
//! so that the results are comparable between machines. `cargo xtask bench` builds and runs it.
//!
//! The servers are real processes whose CPU time is read from `/proc`, so the load generator on the
//! same machine costs only elapsed time. `bench --compare` measures databases and replicas, `bench --tls`
//! HTTPS without and with a proxy, `bench --page` the figures of `docs/performance.md`.
//! Latencies are measured by that generator and include its own waiting for a core.

#![forbid(unsafe_code)]
// As in the library: nested futures need a deeper layout recursion in a release build.
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a measuring program: a failure is a panic with its message, and counts fit a float"
)]

mod as_code;
mod certificate;
mod compare;
mod console;
mod console_lists;
mod console_rows;
mod cores;
mod counters;
mod cycles;
mod database;
mod decision;
mod endpoint;
mod grants;
mod hash;
mod line;
mod lists;
mod load;
mod memberships;
mod page;
mod peers;
mod report;
mod signals;
mod signature;
mod sites;
mod subject;
mod target;
mod tls;

use std::path::Path;
use std::time::Duration;

use doorward_protocol::signing_alg::SigningAlg;

use crate::load::{Load, PARALLEL};
use crate::report::Report;
use crate::subject::Subject;

// Measurements in this process use the allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rest @ ..] = arguments.as_slice()
        && word == endpoint::COMMAND
    {
        return endpoint::serve(rest);
    }
    if arguments.iter().any(|word| word == "--lists") {
        return lists::run();
    }
    if arguments.iter().any(|word| word == "--signals") {
        return signals::run();
    }
    if arguments.iter().any(|word| word == "--as-code") {
        return as_code::run();
    }
    if arguments
        .iter()
        .any(|word| word == "--page" || word == "--peers")
    {
        return page::run(&arguments);
    }
    if arguments.iter().any(|word| word == "--decision") {
        let mut report = Report::new();
        report.decision(decision::measure());
        report.print_figures();
        return memberships::run();
    }
    let (arguments, other) = match arguments.as_slice() {
        [rest @ .., word, program] if word == "--against" => (rest, Some(Path::new(program))),
        all => (all, None),
    };
    let quick = arguments.iter().any(|word| word == "--quick");
    let compares = arguments.iter().any(|word| word == "--compare");
    let console = arguments.iter().any(|word| word == "--console");
    let tls = arguments.iter().any(|word| word == "--tls");
    if arguments
        .iter()
        .any(|word| !["--quick", "--compare", "--console", "--tls"].contains(&word.as_str()))
    {
        eprintln!(
            "usage: bench [--compare | --console | --tls] [--quick] | --compare [--quick] --against PROGRAM | --page | --peers | --decision | --lists | --signals | --as-code"
        );
        std::process::exit(2);
    }
    let share = if quick { 10 } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if console {
        runtime.block_on(console::measure(if quick { 10 } else { 1 }));
    } else if tls {
        runtime.block_on(tls::measure(share));
    } else if compares {
        runtime.block_on(compare::measure(share, other));
    } else {
        runtime.block_on(measure(share));
    }
}

/// Measures everything with `1/share` of the usual number of requests.
async fn measure(share: usize) {
    let mut report = Report::new();
    let subject = Subject::start().await;
    report.line(
        "warm start to the first 200 on discovery",
        subject.warm_start,
        "300 ms",
    );
    // Idle means without recent sign-ins: the hashing threads have released their memory.
    tokio::time::sleep(Duration::from_secs(8)).await;
    let idle = subject.identity.resident();
    report.memory("resident memory, idle", idle, Some(40.0));
    let anonymous = subject.identity.resident_of("RssAnon");
    report.memory("  of it not backed by a file", anonymous, None);

    let load = Load::new(PARALLEL);
    // All connections are open and all caches are warm before the measurement.
    subject.client_credentials(&load, 200).await;
    let codes = subject.codes(&load, 100).await;
    subject.exchange(&load, codes).await;

    report.signature(signature::cpu_seconds());
    let run = subject.client_credentials(&load, 4000 / share).await;
    report.ratio("client-credentials token", &run, Some(1.15));
    subject.choose(SigningAlg::Es256).await;
    subject.client_credentials(&load, 200).await;
    let run = subject.client_credentials(&load, 4000 / share).await;
    report.ratio("client-credentials token, ES256", &run, Some(0.25));
    subject.choose(SigningAlg::Rs256).await;

    report.signature(signature::cpu_seconds());

    let mut families = Vec::new();
    let mut exchanges = load::Run::default();
    for _ in 0..10 / share.min(10) {
        // Codes are valid for one minute: they are created in portions, and their creation is not
        // measured.
        let codes = subject.codes(&load, 200).await;
        let (run, tokens) = subject.exchange(&load, codes).await;
        exchanges.add(run);
        families.extend(tokens);
    }
    report.ratio(
        "code exchange with ID token (2 signatures)",
        &exchanges,
        Some(2.6),
    );
    report.signature(signature::cpu_seconds());
    let run = subject.refresh(&load, families).await;
    report.ratio("refresh", &run, None);
    let run = subject.jwks(&load, 4000 / share).await;
    report.ratio("JWKS", &run, None);
    grants::measure(&subject, &load, &mut report, share).await;

    let endpoints = endpoint::start(&subject);
    let token = subject.access_token(&load).await;
    let (mut open, mut guarded) = (load::Run::default(), load::Run::default());
    endpoints.run(&load, "/open", None, 500).await;
    endpoints.run(&load, "/guarded", Some(&token), 500).await;
    for _ in 0..5 {
        // In turn, so that slower phases of the machine affect both.
        open.add(endpoints.run(&load, "/open", None, 4000 / share).await);
        guarded.add(
            endpoints
                .run(&load, "/guarded", Some(&token), 4000 / share)
                .await,
        );
    }
    report.ratio("trivial endpoint, unguarded", &open, None);
    report.ratio("trivial endpoint, guarded", &guarded, None);
    report.throughput(
        "guarded to unguarded throughput (per CPU second)",
        &guarded,
        &open,
        0.85,
    );
    report.memory(
        "resident memory after load",
        subject.identity.resident(),
        None,
    );
    report.decision(decision::measure());
    report.print(PARALLEL);
}
