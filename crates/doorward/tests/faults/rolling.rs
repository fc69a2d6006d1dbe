//! Trial R11: two replicas are replaced one after the other under load, by the same program or by a
//! newer one (`DOORWARD_OLD_BIN` names the older). The newer one migrates the schema while the
//! older still runs. Then the older one returns, if it can use that schema, and the newer one again.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::balancer::Balancer;
use doorward_testkit::process::{Process, Signal};
use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::seed::{Seed, TestClient};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, PASSWORD, UserAgent, rows, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;
use tokio::process::Command;

use super::app::{App, Seen, token};
use super::ledger::{Ledger, Working, check_codes, verify};
use super::{CHEAP, binary};

/// The users that create the load.
const USERS: [&str; 3] = ["alice", "mona", "admin"];

#[test]
fn r11_no_sign_in_fails_during_replacements() {
    stack::block_on(signed_in());
}

#[test]
fn r11_replicas_are_replaced_under_load() {
    stack::block_on(replaced());
}

/// Returns the path of the program that is replaced.
fn old_binary() -> PathBuf {
    std::env::var_os("DOORWARD_OLD_BIN").map_or_else(binary, PathBuf::from)
}

/// Creates a database with users and clients in the schema of the older program.
async fn storage() -> (Storage, Seed) {
    let today = Storage::create(Backend::PostgresRedis).await;
    let seed = Program::seed(&today, &CHEAP).await;
    if std::env::var_os("DOORWARD_OLD_BIN").is_none() {
        return (today, seed);
    }
    let former = Storage::create_empty(Backend::PostgresRedis).await;
    let mut migrate = Command::new(old_binary());
    migrate.args(["migrate", "up"]);
    migrate.env("DOORWARD_DATABASE_URL", &former.identity);
    let done = migrate.output().await.expect("the older program");
    assert!(done.status.success(), "{done:?}");
    rows::copy_into(&today.identity, &former.identity).await;
    (former, seed)
}

/// Returns the number of applied migrations.
async fn migrations(storage: &Storage) -> usize {
    let ask = "SELECT version::text AS text FROM doorward_identity_migrations";
    rows::query_text(&storage.identity, ask).await.len()
}

/// A refresh family older than all replicas, which each check extends by one token.
struct Family {
    app: App,
    refresh: String,
}

impl Family {
    async fn begin(program: &Program) -> Self {
        let agent = UserAgent::restless();
        let app = App::with_agent(program, "bob", agent).await;
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&program.issuer, &code).await.expect("an answer");
        let refresh = token(&body, "refresh_token");
        Self { app, refresh }
    }

    async fn grow(&mut self, issuer: &str, when: &str) {
        let answer = self.app.refresh(issuer, &self.refresh).await;
        let (status, body) = answer.expect("an answer");
        assert_eq!(status, 200, "{when}: {body}");
        self.refresh = token(&body, "refresh_token");
        // The session is still active: it gives a code without a password.
        assert!(
            self.app.code().await.is_some(),
            "{when}: the session has ended"
        );
    }
}

/// Requests tokens as a service.
async fn serve_itself(url: String, client: TestClient, over: Arc<AtomicBool>) -> Vec<Seen> {
    let (agent, mut seen) = (UserAgent::restless(), Vec::new());
    let fields = [("grant_type", "client_credentials")];
    while !over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let request = client.request(agent.http(), &url, &fields);
        let response = request.send().await.ok();
        let received = response.as_ref();
        let received = received.map(|response| (response.status().as_u16(), response.headers()));
        seen.push(Seen::new(asked, received));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    seen
}

/// A running replica.
struct Replica {
    origin: String,
    process: Process,
}

impl From<PeerProcess> for Replica {
    fn from(twin: PeerProcess) -> Self {
        Self {
            origin: twin.origin,
            process: twin.process,
        }
    }
}

/// Starts a new replica and stops an old one. The balancer notices the stop afterwards, as most do.
async fn replace(program: &Program, balancer: &Balancer, old: &mut Replica) -> Duration {
    let new = Replica::from(program.twin().await);
    balancer.add(&new.origin);
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
    *old = new;
    took
}

/// Replaces all replicas by the older program, if it can use the schema (decision 120), and by the newer
/// one again. Returns the number of replaced replicas and the slowest end of one.
async fn roll_back(
    program: &mut Program,
    balancer: &Balancer,
    replicas: &mut [Replica],
    family: &mut Family,
) -> (usize, Duration) {
    let (mut count, mut slowest) = (0, Duration::ZERO);
    if std::env::var_os("DOORWARD_OLD_BIN").is_none() {
        return (count, slowest);
    }
    for (path, when) in [(old_binary(), "rolled back"), (binary(), "upgraded again")] {
        program.become_another(&path);
        let usable = program.run_command(&["migrate", "up"]).await;
        if !usable.status.success() {
            break;
        }
        for old in &mut *replicas {
            slowest = slowest.max(replace(program, balancer, old).await);
            family.grow(&balancer.origin, when).await;
            count += 1;
        }
    }
    (count, slowest)
}

async fn replaced() {
    let trial = Trial::new("R11", "postgres");
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let balancer = Balancer::start().await;
    let (storage, seed) = storage().await;
    let had = migrations(&storage).await;
    let issuer = balancer.origin.clone();
    let old = old_binary();
    let mut program = Program::start_behind(&issuer, &old, (storage, seed), &CHEAP).await;
    balancer.add(&program.origin);
    let mut replicas = vec![Replica::from(program.twin().await)];
    balancer.add(&replicas[0].origin);

    let mut apps = Vec::new();
    for person in USERS {
        let app = App::with_agent(&program, person, UserAgent::restless()).await;
        app.seen();
        apps.push(Arc::new(app));
    }
    let mut family = Family::begin(&program).await;
    let working = Working::begin(&program, &apps, &mut chance);
    let service = program.seed.service.clone();
    let over = Arc::clone(&working.over);
    let service = tokio::spawn(serve_itself(program.at("/oauth2/token"), service, over));
    let pause = trial.lasting(250, 1_000);
    tokio::time::sleep(pause).await;

    // The expand phase: the schema of the newer program with the older ones running.
    program.become_another(&binary());
    let done = program.run_command(&["migrate", "up"]).await;
    assert!(done.status.success(), "{done:?}");
    let has = migrations(&program.storage).await;
    tokio::time::sleep(pause).await;
    family.grow(&issuer, "migrated").await;

    let (rounds, mut slowest) = (trial.size(1, 20), Duration::ZERO);
    for round in 0..rounds {
        // The initial process is one of the two that are replaced in the first round.
        if round == 0 {
            let origin = program.origin.clone();
            let process = program.take_process();
            replicas.push(Replica { origin, process });
        }
        for old in &mut replicas {
            slowest = slowest.max(replace(&program, &balancer, old).await);
            tokio::time::sleep(pause).await;
            family.grow(&issuer, &format!("round {round}")).await;
        }
    }
    let (rolled_back, end) = roll_back(&mut program, &balancer, &mut replicas, &mut family).await;
    slowest = slowest.max(end);
    let received = working.end().await;
    let mut answers: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    answers.extend(service.await.expect("the service task succeeds"));
    let output = program.output();
    for answer in &answers {
        assert!(
            answer.is_good() && !answer.signs_out,
            "{answer:?}\n{output}"
        );
    }
    for (app, known) in apps.iter().zip(&received) {
        check_all(app, &issuer, known).await;
    }
    trial.done(json!({
        "replaced": 2 * rounds, "answers": answers.len(), "failed": 0, "signed_out": 0,
        "connections_refused": balancer.refused_connections(), "slowest_end_ms": slowest.as_millis(),
        "migrations_before": had, "migrations_after": has, "rolled_back": rolled_back,
    }));
}

/// Users who sign in at the same time.
const SIGN_INS: usize = 6;

/// Signs in with the password, in a new browser each time; returns the number of sign-ins, and the
/// pages of those that failed.
async fn sign_in(issuer: String, over: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut done, mut failed) = (0, Vec::new());
    while !over.load(Ordering::Relaxed) {
        let agent = UserAgent::restless();
        let page = agent.get(format!("{issuer}/login")).await;
        let Some(form) = page.find_form("#login") else {
            failed.push(page.dump());
            continue;
        };
        let filled = form.with("identifier", "alice").with("password", PASSWORD);
        let answer = agent.submit(&filled).await;
        match answer.status {
            303 => done += 1,
            _ => failed.push(answer.dump()),
        }
    }
    (done, failed)
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

async fn check_all(app: &App, issuer: &str, known: &Ledger) {
    assert!(known.acknowledged > 10, "{}", known.acknowledged);
    assert!(known.asked.is_empty(), "a response is missing");
    assert!(app.code().await.is_some(), "signed out");
    verify(app, issuer, known, "after all").await;
    check_codes(app, issuer, &known.spent).await;
}
