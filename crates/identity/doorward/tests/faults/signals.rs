//! Trial R40: what ends at three identity servers is rejected by three tasks servers at once, and within two
//! seconds after Redis, the database or the way to the issuer was cut. Nothing else is rejected.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::balancer::Balancer;
use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::relay::{Relay, RelayState};
use doorward_testkit::trial::{Trial, p50, p99};
use doorward_testkit::{Backend, UserAgent, stack};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::app::{App, token};
use super::{CHEAP, binary};

const SCOPE: &str = "openid tasks:read";
const PAUSE: Duration = Duration::from_millis(10);
/// Users whose sessions do not end.
const OTHERS: [&str; 3] = ["bob", "mona", "admin"];
const LONGEST: Duration = Duration::from_secs(40);

#[test]
fn r40_ended_session_is_rejected_by_every_api() {
    stack::block_on(ended());
}

/// Three servers of each kind, and what a test can cut.
struct Fleet {
    program: Program,
    /// Origins of the identity servers.
    identity: Vec<String>,
    /// Origins of the tasks servers.
    tasks: Vec<String>,
    database: Relay,
    redis: Relay,
    /// The way of the tasks servers and of the browsers.
    issuer: Relay,
    agent: UserAgent,
    administrator: (String, String),
    /// The others live as long as the fleet.
    _balancer: Balancer,
    _processes: Vec<PeerProcess>,
}

#[derive(Clone, Copy, Debug)]
enum Cut {
    Redis,
    Database,
    Stream,
}

impl Fleet {
    async fn start() -> Self {
        let balancer = Balancer::start().await;
        let issuer = Relay::before(&balancer.origin).await;
        let url = issuer.url.trim_end_matches('/').to_owned();
        let mut storage = Storage::create(Backend::PostgresRedis).await;
        let database = Relay::before(&storage.identity).await;
        let redis = storage.redis.take().expect("Redis");
        let redis = Relay::before(&redis).await;
        storage.identity.clone_from(&database.url);
        storage.redis = Some(redis.url.clone());
        let seed = Program::seed(&storage, &CHEAP).await;
        let program = Program::start_behind(&url, &binary(), (storage, seed), &CHEAP).await;
        balancer.add(&program.origin);
        let (mut identity, mut tasks) = (vec![program.origin.clone()], Vec::new());
        let mut processes = Vec::new();
        for _ in 0..2 {
            let twin = program.twin().await;
            balancer.add(&twin.origin);
            identity.push(twin.origin.clone());
            processes.push(twin);
        }
        run(&program, &["role", "setup"]).await;
        let administrator = client(&program, "ops", &["admin"]).await;
        run(
            &program,
            &["role", "assign", "--role", "admin", "--client", "ops"],
        )
        .await;
        let (id, secret) = client(&program, "guard", &["ssf.read", "ssf.manage"]).await;
        let listening = [
            ("DOORWARD__TASKS__INTROSPECTION_CLIENT_ID", id.as_str()),
            ("DOORWARD__TASKS__INTROSPECTION_CLIENT_SECRET", &secret),
        ];
        for _ in 0..3 {
            let peer = program.tasks_with(&listening).await;
            tasks.push(peer.origin.clone());
            processes.push(peer);
        }
        let fleet = Self {
            program,
            identity,
            tasks,
            database,
            redis,
            issuer,
            agent: UserAgent::new(),
            administrator,
            _balancer: balancer,
            _processes: processes,
        };
        fleet.wait_until_listening().await;
        fleet
    }

    async fn wait_until_listening(&self) {
        let began = Instant::now();
        for origin in &self.tasks {
            loop {
                let ready = self.agent.get(&format!("{origin}/readyz")).await.json();
                if ready["signals"] == "ok" {
                    break;
                }
                assert!(began.elapsed() < LONGEST, "{ready}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    fn set(&self, cut: Cut, state: RelayState) {
        match cut {
            Cut::Redis => self.redis.set(state),
            Cut::Database => self.database.set(state),
            Cut::Stream => self.issuer.set(state),
        }
    }

    fn host(&self) -> &str {
        self.program.issuer.trim_start_matches("http://")
    }

    /// Returns an access token of a new session of a user.
    async fn sign_in(&self, name: &str) -> String {
        let app = App::with_scope(&self.program, name, SCOPE).await;
        let code = app.code().await.expect("a code");
        let answer = app.redeem(&self.program.issuer, &code).await;
        let (status, body) = answer.expect("a response");
        assert_eq!(status, 200, "{body}");
        token(&body, "access_token")
    }

    /// Returns a token for the API of administrators, once a server gives one.
    async fn administrator(&self) -> String {
        let (id, secret) = &self.administrator;
        let began = Instant::now();
        loop {
            let request = self.agent.http().post(self.program.at("/oauth2/token"));
            let fields = [("grant_type", "client_credentials"), ("scope", "admin")];
            let request = request.basic_auth(id, Some(secret)).form(&fields);
            let page = self.agent.send(request).await;
            if page.status == 200 {
                return token(&page.json(), "access_token");
            }
            assert!(
                page.status == 503 && began.elapsed() < LONGEST,
                "{}",
                page.dump()
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until every identity server is ready again.
    async fn wait_until_ready(&self) {
        let began = Instant::now();
        for origin in &self.identity {
            while self.agent.get(&format!("{origin}/readyz")).await.status != 200 {
                assert!(began.elapsed() < LONGEST, "{origin} is not ready");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Ends all sessions of a user at one of the identity servers, past the balancer. Returns true if it is
    /// acknowledged.
    async fn sign_out_everywhere(&self, server: usize, token: &str, name: &str) -> bool {
        let origin = &self.identity[server % self.identity.len()];
        let url = format!("{origin}/api/admin/sessions?user={name}");
        let request = self.agent.http().delete(url);
        let request = request.bearer_auth(token).header("host", self.host());
        let answer = request.send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Returns the status of a request with the token at a tasks server.
    async fn status(&self, tasks: &str, token: &str) -> u16 {
        let request = self.agent.http().get(format!("{tasks}/api/tasks/"));
        let answer = request.bearer_auth(token).send().await;
        let status = answer.expect("a response of the tasks API").status();
        status.as_u16()
    }

    async fn assert_accepted(&self, token: &str, when: &str) {
        for origin in &self.tasks {
            assert_eq!(self.status(origin, token).await, 200, "{when}");
        }
    }

    /// Returns the time from `began` to the first rejection by each tasks server.
    async fn rejections(&self, token: &str, began: Instant) -> Vec<Duration> {
        let rejection = async |origin: &String| {
            loop {
                match self.status(origin, token).await {
                    401 => return Instant::now().saturating_duration_since(began),
                    200 => assert!(began.elapsed() < LONGEST, "accepted for too long"),
                    other => panic!("{other} is no decision about the token"),
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        join_all(self.tasks.iter().map(rejection)).await
    }
}

async fn run(program: &Program, arguments: &[&str]) -> Vec<u8> {
    let done = program.run_command(arguments).await;
    assert!(done.status.success(), "{arguments:?}: {done:?}");
    done.stdout
}

/// Creates a client that acts for itself. Returns its ID and its secret.
async fn client(program: &Program, id: &str, scopes: &[&str]) -> (String, String) {
    let mut arguments = vec!["client", "create", "--kind", "confidential", "--id", id];
    arguments.extend(["--grant", "client_credentials", "--json", id]);
    for scope in scopes {
        arguments.extend(["--scope", scope]);
    }
    let made = run(program, &arguments).await;
    let made: Value = serde_json::from_slice(&made).expect("a client");
    (id.to_owned(), token(&made, "client_secret"))
}

/// Creates users with the password of the others. Returns their names.
async fn users(program: &Program, number: usize) -> Vec<String> {
    let file = program.directory().join("password");
    std::fs::write(&file, doorward_testkit::PASSWORD).expect("a file");
    let file = file.display().to_string();
    let mut names = Vec::new();
    for number in 0..number {
        let name = format!("walker{number}");
        let email = format!("{name}@example.org");
        let mut arguments = vec!["user", "create", &name, "--email", &email, "--verified"];
        arguments.extend(["--role", "developer", "--password-file", &file]);
        run(program, &arguments).await;
        names.push(name);
    }
    names
}

/// Uses a token of a session that does not end, at each tasks server in turn, until `over` is set. Returns the
/// number of requests: each is accepted.
async fn remain(fleet: Arc<Fleet>, name: &'static str, over: Arc<AtomicBool>) -> usize {
    let mut requests = 0;
    let token = fleet.sign_in(name).await;
    while !over.load(Ordering::Relaxed) {
        let origin = &fleet.tasks[requests % fleet.tasks.len()];
        let status = fleet.status(origin, &token).await;
        assert_eq!(status, 200, "{name} was not signed out");
        requests += 1;
        tokio::time::sleep(2 * PAUSE).await;
    }
    requests
}

/// Number of users who sign in at the same time: each sign-in hashes a password, and is not what is measured.
const SIGNING_IN: usize = 4;
/// A thousand ends a minute.
const INTERVAL: Duration = Duration::from_millis(60);

/// Signs all users in, then out at the rate of [`INTERVAL`]. Returns the times until the rejection at each server, and
/// that of all ends.
async fn round(fleet: &Fleet, names: &[String], round: usize) -> (Vec<Duration>, Duration) {
    let administrator = fleet.administrator().await;
    let mut tokens = Vec::new();
    for some in names.chunks(SIGNING_IN) {
        let signed_in = join_all(some.iter().map(|name| fleet.sign_in(name))).await;
        for (name, token) in some.iter().zip(&signed_in) {
            fleet.assert_accepted(token, name).await;
        }
        tokens.extend(signed_in);
    }
    let began = Instant::now();
    let ends = names.iter().zip(&tokens).enumerate();
    let ends = ends.map(async |(seat, (name, token))| {
        tokio::time::sleep(INTERVAL * u32::try_from(seat).expect("few users")).await;
        let asked = Instant::now();
        let done = fleet
            .sign_out_everywhere(seat + round, &administrator, name)
            .await;
        assert!(done, "{name} is signed out");
        fleet.rejections(token, asked).await
    });
    let times = join_all(ends).await.concat();
    (times, began.elapsed())
}

/// Signs all users in, cuts something, and signs them out meanwhile. Returns the times from the end of the cut to
/// the rejection at each server, and the number of sessions that were ended in the cut.
async fn cut(trial: &Trial, fleet: &Fleet, names: &[String], cut: Cut) -> (Vec<Duration>, usize) {
    let administrator = fleet.administrator().await;
    let mut open = BTreeMap::new();
    for name in names {
        let token = fleet.sign_in(name).await;
        fleet.assert_accepted(&token, name).await;
        open.insert(name.as_str(), token);
    }
    let lasting = trial.lasting(2_000, 10_000);
    let (began, mut ended) = (Instant::now(), Vec::new());
    fleet.set(cut, RelayState::Killed);
    let pause = lasting / u32::try_from(names.len() + 1).expect("few users");
    for (number, name) in names.iter().enumerate() {
        tokio::time::sleep(pause).await;
        let done = fleet.sign_out_everywhere(number, &administrator, name);
        // Without its database, a server says so, or the request waits.
        if tokio::time::timeout(Duration::from_secs(2), done).await == Ok(true) {
            ended.push(name.as_str());
        }
    }
    tokio::time::sleep(lasting.saturating_sub(began.elapsed())).await;
    fleet.set(cut, RelayState::Nothing);
    let back = Instant::now();
    let times = join_all(ended.iter().map(|name| fleet.rejections(&open[name], back))).await;
    for name in &ended {
        open.remove(name);
    }
    // What was not acknowledged may have ended or not: it ends now.
    fleet.wait_until_ready().await;
    let administrator = fleet.administrator().await;
    for (number, (name, token)) in open.iter().enumerate() {
        let again = fleet
            .sign_out_everywhere(number, &administrator, name)
            .await;
        assert!(again, "{cut:?}: {name} is signed out after the cut");
        fleet.rejections(token, Instant::now()).await;
    }
    (times.concat(), ended.len())
}

async fn ended() {
    let trial = Trial::new("R40", "postgres");
    let fleet = Arc::new(Box::pin(Fleet::start()).await);
    let names = users(&fleet.program, if trial.is_release() { 40 } else { 4 }).await;
    let over = Arc::new(AtomicBool::new(false));
    let others =
        OTHERS.map(|name| tokio::spawn(remain(Arc::clone(&fleet), name, Arc::clone(&over))));

    let rounds = trial.size(12, 1_000) / names.len();
    let (mut times, mut ending) = (Vec::new(), Duration::ZERO);
    for number in 0..rounds {
        let (found, lasted) = round(&fleet, &names, number).await;
        times.extend(found);
        ending += lasted;
    }
    let milliseconds = usize::try_from(ending.as_millis().max(1)).expect("a short time");

    let mut cuts = BTreeMap::new();
    for kind in [Cut::Redis, Cut::Database, Cut::Stream] {
        let (mut after, ended) = Box::pin(cut(&trial, &fleet, &names, kind)).await;
        let longest = after.iter().max().copied().unwrap_or_default();
        assert!(
            longest <= trial.max_duration(2_000),
            "{kind:?}: {longest:?}"
        );
        let found = json!({
            "ended_meanwhile": ended, "p50_ms": p50(&mut after), "max_ms": longest.as_millis(),
        });
        cuts.insert(format!("{kind:?}").to_lowercase(), found);
    }
    over.store(true, Ordering::Relaxed);
    let mut accepted = 0;
    for other in others {
        accepted += other.await.expect("a user who stays");
    }
    let slowest = Duration::from_millis(u64::try_from(p99(&mut times)).expect("milliseconds"));
    assert!(slowest <= trial.max_duration(2_000), "{slowest:?}");
    trial.done(json!({
        "ended": rounds * names.len(), "a_minute": rounds * names.len() * 60_000 / milliseconds,
        "p50_ms": p50(&mut times), "p99_ms": p99(&mut times), "after_cuts": cuts,
        "accepted": accepted, "rejected_without_end": 0,
    }));
}
