//! Trial R11: the former program (`DOORWARD_OLD_BIN`) is replaced by this one under load, returns, and
//! is replaced again. Requests are counted, and users who signed in at each step stay signed in.
//!
//! On PostgreSQL two replicas are replaced one after the other behind a balancer; the new program migrates
//! the schema while the former one serves. On SQLite the one process ends before the next one starts, which
//! migrates; a proxy that waits holds the connections meanwhile.
//!
//! The former program returns in two ways: the new one is withdrawn while the former one still runs, and
//! the former one starts again, if it can use the schema (decision 120).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::balancer::Balancer;
use doorward_testkit::program::Program;
use doorward_testkit::seed::{Seed, TestClient};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, UserAgent, rows, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::task::JoinHandle;

use super::app::{App, Seen, token};
use super::ledger::{Ledger, Working, check_codes, verify};
use super::rolling::{self, Replica, replace, stop};
use super::{CHEAP, binary};

/// The users that create the load.
const USERS: [&str; 3] = ["alice", "mona", "admin"];
/// Maximum number of users who sign in after a step, and stay signed in.
const WITNESSES: usize = 8;
/// Maximum time without a process on SQLite.
const GAP: Duration = Duration::from_secs(30);

#[test]
fn r11_upgrade_and_back_under_load_sqlite_memory() {
    stack::block_on(upgraded_and_back(Backend::SqliteMemory, "sqlite-upgrade"));
}

#[test]
fn r11_upgrade_and_back_under_load_postgres_redis() {
    let backend = Backend::PostgresRedis;
    stack::block_on(upgraded_and_back(backend, "postgres-upgrade"));
}

/// Returns the path of the former program; without one, this program plays both parts.
fn former_binary() -> PathBuf {
    std::env::var_os("DOORWARD_OLD_BIN").map_or_else(binary, PathBuf::from)
}

/// Creates a database with users and clients in the schema of the former program.
async fn storage(backend: Backend) -> (Storage, Seed) {
    let today = Storage::create(backend).await;
    let seed = Program::seed(&today, &CHEAP).await;
    if std::env::var_os("DOORWARD_OLD_BIN").is_none() {
        return (today, seed);
    }
    let former = Storage::create_empty(backend).await;
    let mut migrate = Command::new(former_binary());
    migrate.args(["migrate", "up"]);
    migrate.env("DOORWARD_DATABASE_URL", &former.identity);
    let done = migrate.output().await.expect("the former program");
    assert!(done.status.success(), "{done:?}");
    rows::copy_into(&today.identity, &former.identity).await;
    (former, seed)
}

/// Returns the number of applied migrations.
async fn migrations(storage: &Storage) -> usize {
    let ask = "SELECT CAST(version AS text) AS text FROM doorward_identity_migrations";
    rows::query_text(&storage.identity, ask).await.len()
}

/// A user who signed in at one step, with a refresh family that each check extends by one token.
struct Witness {
    app: App,
    access: String,
    refresh: String,
    refreshed: usize,
    /// First step at which the session cookie was not accepted.
    signed_out: Option<String>,
    /// First step at which a token was not accepted.
    rejected: Option<String>,
}

impl Witness {
    async fn begin(program: &Program) -> Self {
        let app = App::with_agent(program, "bob", UserAgent::restless()).await;
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&program.issuer, &code).await.expect("an answer");
        Self {
            access: token(&body, "access_token"),
            refresh: token(&body, "refresh_token"),
            app,
            refreshed: 0,
            signed_out: None,
            rejected: None,
        }
    }

    /// Uses the session cookie, which gives a code without a password, and the tokens, each of which an
    /// earlier program may have issued.
    async fn check(&mut self, issuer: &str, step: &str) {
        if self.app.code().await.is_none() {
            self.signed_out.get_or_insert_with(|| step.to_owned());
        }
        let known = self.app.introspect(issuer, &self.access).await;
        let answer = self.app.refresh(issuer, &self.refresh).await;
        match (known, answer) {
            (Some((200, known)), Some((200, body))) if known["active"] == true => {
                self.access = token(&body, "access_token");
                self.refresh = token(&body, "refresh_token");
                self.refreshed += 1;
            }
            other => {
                self.rejected
                    .get_or_insert_with(|| format!("{step}: {other:?}"));
            }
        }
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

/// The load: signed-in users with a client, a service, and a user who signs in all the time.
struct Load {
    apps: Vec<Arc<App>>,
    working: Working,
    service: JoinHandle<Vec<Seen>>,
    sign_ins: JoinHandle<(usize, Vec<String>)>,
}

/// The results of a load.
struct Received {
    apps: Vec<Arc<App>>,
    ledgers: Vec<Ledger>,
    answers: Vec<Seen>,
    sign_ins: usize,
    failed_sign_ins: Vec<String>,
}

impl Load {
    async fn begin(program: &Program, chance: &mut StdRng) -> Self {
        let mut apps = Vec::new();
        for user in USERS {
            let agent = UserAgent::restless();
            apps.push(Arc::new(App::with_agent(program, user, agent).await));
        }
        let working = Working::begin(program, &apps, chance);
        let (client, over) = (program.seed.service.clone(), Arc::clone(&working.over));
        let service = tokio::spawn(serve_itself(program.at("/oauth2/token"), client, over));
        let over = Arc::clone(&working.over);
        let sign_ins = tokio::spawn(rolling::sign_in(program.issuer.clone(), over));
        Self {
            apps,
            working,
            service,
            sign_ins,
        }
    }

    async fn end(self) -> Received {
        let ledgers = self.working.end().await;
        let mut answers: Vec<_> = self.apps.iter().flat_map(|app| app.seen()).collect();
        answers.extend(self.service.await.expect("the service task succeeds"));
        let signed_in = self.sign_ins.await;
        let (sign_ins, failed_sign_ins) = signed_in.expect("the task of a user succeeds");
        Received {
            apps: self.apps,
            ledgers,
            answers,
            sign_ins,
            failed_sign_ins,
        }
    }
}

/// The processes behind the balancer, and the users who signed in before.
struct Deployment {
    program: Program,
    balancer: Balancer,
    replicas: Vec<Replica>,
    /// False on SQLite, which has one process.
    is_shared: bool,
    witnesses: Vec<Witness>,
    pause: Duration,
    replaced: usize,
    slowest_end: Duration,
}

impl Deployment {
    /// Starts the former program: two replicas, or one process.
    async fn start(backend: Backend, pause: Duration) -> Self {
        let is_shared = backend == Backend::PostgresRedis;
        let max_wait = if is_shared { Duration::ZERO } else { GAP };
        let balancer = Balancer::start_waiting(max_wait).await;
        let storage = storage(backend).await;
        let former = former_binary();
        let mut program = Program::start_behind(&balancer.origin, &former, storage, &CHEAP).await;
        let mut replicas = vec![Replica {
            origin: program.origin.clone(),
            process: program.take_process(),
        }];
        if is_shared {
            replicas.push(Replica::from(program.twin().await));
        }
        for replica in &replicas {
            balancer.add(&replica.origin);
        }
        Self {
            program,
            balancer,
            replicas,
            is_shared,
            witnesses: Vec::new(),
            pause,
            replaced: 0,
            slowest_end: Duration::ZERO,
        }
    }

    /// Checks the users who signed in at earlier steps, and signs in another one.
    async fn check(&mut self, step: &str) {
        tokio::time::sleep(self.pause).await;
        for witness in &mut self.witnesses {
            witness.check(&self.balancer.origin, step).await;
        }
        if self.witnesses.len() < WITNESSES {
            self.witnesses.push(Witness::begin(&self.program).await);
        }
    }

    /// Migrates the schema while the former program serves (expand), adds a replica of this program,
    /// and withdraws it.
    async fn begin_and_withdraw(&mut self) {
        self.program.become_another(&binary());
        let done = self.program.run_command(&["migrate", "up"]).await;
        assert!(done.status.success(), "{done:?}");
        self.check("migrated").await;
        let mut new = Replica::from(self.program.twin().await);
        self.balancer.add(&new.origin);
        self.check("both programs").await;
        let took = stop(&self.balancer, &mut new).await;
        self.slowest_end = self.slowest_end.max(took);
        self.check("withdrawn").await;
    }

    /// Replaces each process by one of this binary.
    async fn replace_all(&mut self, binary: &Path, step: &str) {
        self.program.become_another(binary);
        for index in 0..self.replicas.len() {
            let (program, balancer) = (&self.program, &self.balancer);
            let old = &mut self.replicas[index];
            let took = if self.is_shared {
                replace(program, balancer, old).await
            } else {
                let took = stop(balancer, old).await;
                *old = Replica::from(program.twin().await);
                balancer.add(&old.origin);
                took
            };
            self.slowest_end = self.slowest_end.max(took);
            self.replaced += 1;
            self.check(step).await;
        }
    }

    /// Returns true if the former program can start on the present schema; prints the reason if not.
    async fn can_return(&mut self) -> bool {
        self.program.become_another(&former_binary());
        let done = self.program.run_command(&["migrate", "up"]).await;
        if done.status.success() {
            return true;
        }
        let reason = String::from_utf8_lossy(&done.stderr);
        // It has no other reason to reject the database.
        assert!(reason.contains("newer than this program"), "{reason}");
        println!("the former program does not start again: {reason}");
        false
    }
}

async fn upgraded_and_back(backend: Backend, store: &'static str) {
    let trial = Trial::new("R11", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let pause = trial.lasting(250, 1_000);
    let mut deployment = Box::pin(Deployment::start(backend, pause)).await;
    let had = migrations(&deployment.program.storage).await;
    let load = Load::begin(&deployment.program, &mut chance).await;
    deployment.check("former").await;
    if deployment.is_shared {
        deployment.begin_and_withdraw().await;
    }
    deployment.replace_all(&binary(), "upgraded").await;
    let has = migrations(&deployment.program.storage).await;
    let can_return = deployment.can_return().await;
    let mut started_again = 0;
    for _ in 0..trial.size(1, 10) {
        if can_return {
            deployment.replace_all(&former_binary(), "back").await;
            started_again += deployment.replicas.len();
        }
        deployment.replace_all(&binary(), "upgraded again").await;
    }
    let received = load.end().await;
    let counts = json!({
        "replaced": deployment.replaced, "former_started_again": started_again,
        "migrations_before": had, "migrations_after": has,
        "slowest_end_ms": deployment.slowest_end.as_millis(),
        "connections_refused": deployment.balancer.refused_connections(),
        "connections_held": deployment.balancer.held_connections(),
    });
    report(&trial, &deployment, &received, counts).await;
    let issuer = &deployment.balancer.origin;
    for (app, known) in received.apps.iter().zip(&received.ledgers) {
        assert!(known.acknowledged > 10, "{}", known.acknowledged);
        assert!(known.asked.is_empty(), "a response is missing");
        verify(app, issuer, known, "after all").await;
        check_codes(app, issuer, &known.spent).await;
    }
}

/// Prints the result, and fails if a request failed or a user was signed out.
async fn report(trial: &Trial, deployment: &Deployment, received: &Received, mut counts: Value) {
    let witnesses = &deployment.witnesses;
    let mut answers = received.answers.clone();
    answers.extend(witnesses.iter().flat_map(|witness| witness.app.seen()));
    let failed: Vec<_> = answers.iter().filter(|answer| !answer.is_good()).collect();
    let failures = failed.len() + received.failed_sign_ins.len();
    let ending = answers.iter().filter(|answer| answer.signs_out).count();
    let mut signed_in = 0;
    for app in &received.apps {
        signed_in += usize::from(app.code().await.is_some());
    }
    let signed_out = witnesses.iter().filter_map(|it| it.signed_out.as_ref());
    let signed_out: Vec<_> = signed_out.collect();
    signed_in += witnesses.len() - signed_out.len();
    let users = received.apps.len() + witnesses.len();
    let rejected = witnesses.iter().filter_map(|it| it.rejected.as_ref());
    let rejected: Vec<_> = rejected.collect();
    let refreshed: usize = witnesses.iter().map(|witness| witness.refreshed).sum();
    let of_sign_ins = 2 * received.sign_ins + received.failed_sign_ins.len();
    for (name, count) in [
        ("requests", answers.len() + of_sign_ins),
        ("failed", failures),
        ("sign_ins", received.sign_ins),
        ("users", users),
        ("still_signed_in", signed_in),
        ("cookies_deleted", ending),
        ("families", witnesses.len()),
        ("families_continued", witnesses.len() - rejected.len()),
        ("refreshed", refreshed),
    ] {
        counts[name] = json!(count);
    }
    trial.done(counts);
    let output = || deployment.program.output();
    assert!(failed.is_empty(), "{:?}\n{}", failed[0], output());
    let sign_ins = &received.failed_sign_ins;
    assert!(sign_ins.is_empty(), "{}\n{}", sign_ins[0], output());
    assert!(received.sign_ins > 0, "no user signed in");
    let signed_in = (signed_in, ending);
    assert_eq!(signed_in, (users, 0), "{signed_out:?}\n{}", output());
    assert!(rejected.is_empty(), "{rejected:?}\n{}", output());
    assert!(refreshed >= witnesses.len(), "{refreshed} refreshes");
}
