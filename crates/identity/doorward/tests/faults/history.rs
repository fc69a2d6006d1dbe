//! Trial R20: sixteen clients exchange, refresh, introspect and revoke tokens of four sessions,
//! while the program is killed or loses its database connection. The recorded observations must be
//! linearizable (`doorward_testkit::history`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, UNIX_EPOCH};

use doorward_testkit::backend::Storage;
use doorward_testkit::history::{self, Family, FamilyAnswer, Operation};
use doorward_testkit::program::Program;
use doorward_testkit::relay::{Relay, RelayState};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, stack};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;
use tokio::task::JoinHandle;

use super::app::{self, App};
use super::ledger::now;
use super::{CHEAP, binary};

/// The requested scope; without `offline_access`, the tokens end with the session.
const SCOPE: &str = "openid";
/// The number of clients for each session.
const CLIENTS: usize = 4;
/// The number of each client's requests before and after the injected failure.
pub const REQUESTS: [usize; 2] = [6, 3];

#[test]
fn r20_history_of_sixteen_clients_is_ordered_sqlite_memory() {
    stack::block_on(recorded(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r20_history_of_sixteen_clients_is_ordered_postgres_redis() {
    stack::block_on(recorded(Backend::PostgresRedis, "postgres"));
}

/// A session, its authorization code, and the observations of its clients.
struct Board {
    app: App,
    /// The ID token that ends the session.
    id_token: String,
    code: String,
    /// True if one client exchanges the code for all.
    is_calm: bool,
    /// True if the clients use more than one process.
    is_shared: bool,
    known: Mutex<KnownTokens>,
}

#[derive(Default)]
struct KnownTokens {
    /// The refresh tokens, in the order of their responses.
    tokens: Vec<String>,
    access: Option<String>,
    events: Vec<history::Event<Operation, FamilyAnswer>>,
}

impl KnownTokens {
    /// Returns the number of a token; adds a new one.
    fn number(&mut self, token: &str) -> u32 {
        let at = self.tokens.iter().position(|known| known == token);
        let at = at.unwrap_or_else(|| {
            self.tokens.push(token.to_owned());
            self.tokens.len() - 1
        });
        u32::try_from(at).expect("few tokens")
    }
}

impl Board {
    async fn new(program: &Program, person: &str, is_shared: bool, chance: &mut StdRng) -> Self {
        let app = App::with_scope(program, person, SCOPE).await;
        let first = app.code().await.expect("a code");
        let answer = app.redeem(&program.issuer, &first).await;
        let (_, body) = answer.expect("an answer");
        Self {
            id_token: app::token(&body, "id_token"),
            code: app.code().await.expect("a code"),
            is_calm: chance.random_bool(0.6),
            is_shared,
            app,
            known: Mutex::default(),
        }
    }

    /// Selects the client's next operation; returns `None` if it must wait.
    fn choose(&self, client: usize, chance: &mut StdRng) -> Option<(Operation, String)> {
        let known = self.known.lock().unwrap();
        let Some(newest) = known.tokens.last() else {
            let may = client == 0 || !self.is_calm;
            return may.then(|| (Operation::Redeem, self.code.clone()));
        };
        let number = |at: usize| Operation::Refresh(u32::try_from(at).expect("few tokens"));
        let token = |at: usize| (number(at), known.tokens[at].clone());
        let last = known.tokens.len() - 1;
        Some(match chance.random_range(0..100) {
            0..46 => token(last),
            // Any received token: a repetition, or reuse.
            46..52 => token(chance.random_range(0..=last)),
            // Reuse, which revokes the family.
            52..70 => token(chance.random_range(0..=last.saturating_sub(2))),
            70..91 => (Operation::Introspect, known.access.clone()?),
            91..94 => (Operation::Redeem, self.code.clone()),
            94..97 => (Operation::Revoke, newest.clone()),
            _ => (Operation::EndSession, self.id_token.clone()),
        })
    }

    /// Executes an operation and records its result; returns true if the server was available.
    async fn carry_out(&self, origin: &str, (operation, token): (Operation, String)) -> bool {
        let asked = Instant::now();
        let earliest = match operation {
            // Another process applies a change at the next full second (decision 70).
            Operation::Introspect if self.is_shared => {
                asked.checked_sub(into_the_second()).unwrap_or(asked)
            }
            _ => asked,
        };
        let answer = match operation {
            Operation::Redeem => self.app.redeem(origin, &token).await,
            Operation::Refresh(_) => self.app.refresh(origin, &token).await,
            Operation::Introspect => self.app.introspect(origin, &token).await,
            Operation::Revoke => {
                let done = self.app.revoke(origin, &token).await;
                done.then(|| (200, json!({})))
            }
            Operation::EndSession => {
                let status = self.app.sign_out(origin, &token).await;
                status.map(|status| (status, json!({})))
            }
        };
        let at = Instant::now();
        let is_there = answer.is_some() || operation == Operation::Revoke;
        let mut known = self.known.lock().unwrap();
        let answered = match (operation, answer) {
            // A dependency is unavailable: the operation may have happened or not.
            (_, None | Some((503, _))) => None,
            (Operation::Introspect, Some((200, body))) => Some(FamilyAnswer::Active(
                body["active"].as_bool().expect("active"),
            )),
            (Operation::Revoke | Operation::EndSession, Some((200..400, _))) => {
                Some(FamilyAnswer::Done)
            }
            (_, Some((200, body))) => {
                known.access = Some(app::token(&body, "access_token"));
                let name = known.number(&app::token(&body, "refresh_token"));
                Some(FamilyAnswer::Tokens(name))
            }
            (_, Some((400, body))) if body["error"] == "invalid_grant" => {
                Some(FamilyAnswer::Refused)
            }
            (_, Some(other)) => panic!("{operation:?}: {other:?}"),
        };
        known.events.push(history::Event {
            asked: earliest,
            answered: answered.map(|answer| (at, answer)),
            operation,
        });
        is_there
    }
}

/// Four sessions, the clients of each, and their observations.
pub struct Clients {
    boards: Vec<Arc<Board>>,
    /// The processes that the clients of a session use in turn.
    origins: Vec<String>,
}

impl Clients {
    /// Signs four users in.
    pub async fn new(program: &Program, origins: &[String], chance: &mut StdRng) -> Self {
        let mut boards = Vec::new();
        for person in ["alice", "bob", "mona", "admin"] {
            let board = Board::new(program, person, origins.len() > 1, chance).await;
            boards.push(Arc::new(board));
        }
        Self {
            boards,
            origins: origins.to_vec(),
        }
    }

    /// Starts all clients; each sends this many requests, or fewer if the server is gone.
    pub fn start(&self, asks: usize, chance: &mut StdRng) -> Vec<JoinHandle<()>> {
        self.boards
            .iter()
            .flat_map(|board| (0..CLIENTS).map(move |client| (Arc::clone(board), client)))
            .map(|(board, client)| {
                let origin = self.origins[client % self.origins.len()].clone();
                let chance = StdRng::seed_from_u64(chance.random());
                tokio::spawn(ask(board, origin, client, asks, chance))
            })
            .collect()
    }

    /// Checks that one order explains all observations of each session. Returns their number, and
    /// that of the unanswered requests.
    pub fn check(&self, name: &str) -> (usize, usize) {
        let (mut events, mut open) = (0, 0);
        for board in &self.boards {
            let known = board.known.lock().unwrap();
            events += known.events.len();
            let unanswered = |event: &&history::Event<_, _>| event.answered.is_none();
            open += known.events.iter().filter(unanswered).count();
            let is_possible = history::check(&Family::default(), &known.events);
            assert!(
                is_possible,
                "{name} is not linearizable:\n{}",
                describe(&known.events)
            );
        }
        (events, open)
    }
}

/// Waits for all clients.
pub async fn join(asking: Vec<JoinHandle<()>>) {
    for item in join_all(asking).await {
        item.expect("the client task succeeds");
    }
}

/// Returns the elapsed part of the current second.
fn into_the_second() -> Duration {
    let since = now().duration_since(UNIX_EPOCH).expect("after 1970");
    Duration::from_nanos(since.subsec_nanos().into())
}

/// Sends this many requests as one client, or until the server is gone.
async fn ask(board: Arc<Board>, origin: String, client: usize, asks: usize, mut chance: StdRng) {
    let mut waited = 0;
    let mut asked = 0;
    while asked < asks && waited < 100 {
        let Some(next) = board.choose(client, &mut chance) else {
            waited += 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        asked += 1;
        if !board.carry_out(&origin, next).await {
            return;
        }
    }
}

async fn recorded(backend: Backend, store: &'static str) {
    let trial = Trial::new("R20", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let mut storage = Storage::create(backend).await;
    let mut settings = CHEAP.to_vec();
    settings.push(("DOORWARD__TOKENS__REFRESH_GRACE", "60s"));
    let relay = match backend {
        Backend::PostgresRedis => Some(Relay::before(&storage.identity).await),
        Backend::SqliteMemory => None,
    };
    if let Some(relay) = &relay {
        storage.identity.clone_from(&relay.url);
    }
    let mut program = Program::start_with_storage(&binary(), storage, &settings).await;
    let twin = program.twin_if_shared(backend).await;
    let mut origins = vec![program.issuer.clone()];
    origins.extend(twin.iter().map(|twin| twin.origin.clone()));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let (histories, mut events, mut open) = (trial.size(3, 500), 0, 0);
    for number in 0..histories {
        // Every other history uses one process only, whose own revocations take effect at once.
        let asked = if number % 2 == 0 { 1 } else { origins.len() };
        let clients = Clients::new(&program, &origins[..asked], &mut chance).await;
        for (phase, asks) in REQUESTS.into_iter().enumerate() {
            let asking = clients.start(asks, &mut chance);
            if phase == 0 {
                let received = inject_failure(&mut program, relay.as_ref(), &mut chance).await;
                *counts.entry(received).or_default() += 1;
            }
            join(asking).await;
            if phase == 0 {
                recover(&mut program, relay.as_ref(), &origins).await;
            }
        }
        let (seen, unanswered) = clients.check(&format!("history {number}"));
        (events, open) = (events + seen, open + unanswered);
    }
    trial.done(json!({
        "histories": histories, "clients": 4 * CLIENTS, "processes": origins.len(), "events": events,
        "unanswered": open, "faults": counts, "violations": 0,
    }));
}

/// Causes a random failure, or none, at a random time.
async fn inject_failure(
    program: &mut Program,
    relay: Option<&Relay>,
    chance: &mut StdRng,
) -> &'static str {
    let delay = chance.random_range(10..250);
    let kind = chance.random_range(0..4);
    tokio::time::sleep(Duration::from_millis(delay)).await;
    match (kind, relay) {
        (0, _) => "nothing",
        (1, Some(relay)) => {
            relay.reset();
            "connections reset"
        }
        (2, Some(relay)) => {
            relay.set(RelayState::Frozen);
            tokio::time::sleep(Duration::from_millis(300)).await;
            relay.set(RelayState::Killed);
            "database frozen and killed"
        }
        _ => {
            program.kill();
            "program killed"
        }
    }
}

async fn recover(program: &mut Program, relay: Option<&Relay>, origins: &[String]) {
    if let Some(relay) = relay {
        relay.set(RelayState::Nothing);
    }
    if program.process.has_ended() {
        program.start_again().await;
    }
    for origin in origins {
        let started = Instant::now();
        let ready = format!("{origin}/readyz");
        while !reqwest::get(&ready)
            .await
            .is_ok_and(|get| get.status() == 200)
        {
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "{origin} does not recover"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    if relay.is_some() {
        // The next user of a broken connection, or the pool after a second of idle time, notices
        // it; later requests must not be the first to notice.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
}

fn describe(events: &[history::Event<Operation, FamilyAnswer>]) -> String {
    let first = events
        .iter()
        .map(|event| event.asked)
        .min()
        .expect("an event");
    let since = |at: Instant| at.duration_since(first).as_micros();
    let mut events: Vec<_> = events.iter().collect();
    events.sort_by_key(|event| event.asked);
    let lines = events.iter().map(|event| {
        let answer = event.answered.map(|(at, answer)| (since(at), answer));
        format!(
            "{:>8} µs {:?}: {answer:?}\n",
            since(event.asked),
            event.operation
        )
    });
    lines.collect()
}
