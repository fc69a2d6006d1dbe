//! Trial R11: replicas of the same program are replaced one after the other while users sign in.
//! `rollback` replaces them by another program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::balancer::Balancer;
use doorward_testkit::process::{Process, Signal};
use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, PASSWORD, Page, UserAgent, stack};
use serde_json::json;

use super::{CHEAP, binary};

#[test]
fn r11_no_sign_in_fails_during_replacements() {
    stack::block_on(signed_in());
}

/// A running replica.
pub struct Replica {
    pub origin: String,
    pub process: Process,
}

impl From<PeerProcess> for Replica {
    fn from(twin: PeerProcess) -> Self {
        Self {
            origin: twin.origin,
            process: twin.process,
        }
    }
}

/// Starts a new replica and stops an old one.
pub async fn replace(program: &Program, balancer: &Balancer, old: &mut Replica) -> Duration {
    let new = Replica::from(program.twin().await);
    balancer.add(&new.origin);
    let took = stop(balancer, old).await;
    *old = new;
    took
}

/// Stops a replica. The balancer notices it afterwards, as most do.
pub async fn stop(balancer: &Balancer, old: &mut Replica) -> Duration {
    let started = Instant::now();
    old.process.signal(Signal::TERM);
    // The load continues meanwhile.
    while !old.process.has_ended() && started.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = started.elapsed();
    let status = old.process.end(Duration::from_millis(50));
    assert_eq!(
        status.and_then(|status| status.code()),
        Some(0),
        "the process exits cleanly"
    );
    balancer.remove(&old.origin);
    took
}

/// Users who sign in at the same time.
const SIGN_INS: usize = 6;

/// Signs in with the password, in a new browser each time; returns the number of sign-ins, and the
/// failures.
pub async fn sign_in(issuer: String, over: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut done, mut failed) = (0, Vec::new());
    while !over.load(Ordering::Relaxed) {
        match sign_in_once(&issuer).await {
            Ok(()) => done += 1,
            Err(failure) => failed.push(failure),
        }
    }
    (done, failed)
}

async fn sign_in_once(issuer: &str) -> Result<(), String> {
    let agent = UserAgent::restless();
    let request = agent.http().get(format!("{issuer}/login"));
    let page = Page::fetch(request.header("accept", "text/html")).await;
    let page = page.map_err(|error| format!("no page: {error:?}"))?;
    let form = page.find_form("#login").ok_or_else(|| page.dump())?;
    let filled = form.with("identifier", "alice").with("password", PASSWORD);
    let answer = Page::fetch(agent.submission(&filled)).await;
    let answer = answer.map_err(|error| format!("no response: {error:?}"))?;
    match answer.status {
        303 => Ok(()),
        _ => Err(answer.dump()),
    }
}

/// Replaces three replicas one after the other while users sign in. A sign-in reads, computes a
/// password hash, and writes, so that a request outlives the workers that are idle at the stop.
async fn signed_in() {
    let trial = Trial::new("R11", "postgres-sign-in");
    let balancer = Balancer::start().await;
    let storage = Storage::create(Backend::PostgresRedis).await;
    let seed = Program::seed(&storage, &CHEAP).await;
    let issuer = balancer.origin.clone();
    let mut program = Program::start_behind(&issuer, &binary(), (storage, seed), &CHEAP).await;
    balancer.add(&program.origin);
    let mut replicas = Vec::new();
    for _ in 0..2 {
        let replica = Replica::from(program.twin().await);
        balancer.add(&replica.origin);
        replicas.push(replica);
    }
    let origin = program.origin.clone();
    let process = program.take_process();
    replicas.push(Replica { origin, process });

    let over = Arc::new(AtomicBool::new(false));
    let users: Vec<_> = (0..SIGN_INS)
        .map(|_| tokio::spawn(sign_in(issuer.clone(), Arc::clone(&over))))
        .collect();
    let (rounds, mut slowest) = (trial.size(2, 40), Duration::ZERO);
    for round in 0..rounds {
        tokio::time::sleep(trial.lasting(200, 500)).await;
        let old = &mut replicas[round % 3];
        slowest = slowest.max(replace(&program, &balancer, old).await);
    }
    over.store(true, Ordering::Relaxed);
    let (mut done, mut failed) = (0, Vec::new());
    for user in users {
        let (signed_in, pages) = user.await.expect("the task of a user succeeds");
        done += signed_in;
        failed.extend(pages);
    }
    assert!(
        failed.is_empty(),
        "{} of {done}: {}",
        failed.len(),
        failed[0]
    );
    assert!(done > 2 * rounds, "{done}");
    trial.done(json!({
        "replaced": rounds, "sign_ins": done, "failed": 0, "slowest_end_ms": slowest.as_millis(),
    }));
}
