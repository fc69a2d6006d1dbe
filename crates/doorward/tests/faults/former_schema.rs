//! Trial R11: a database of the schema before one row for each authorization (decision 80), with
//! signed-in users and their refresh tokens, is migrated while the clients of all users send requests.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_migrations::identity::{Migrator, MigratorTrait as _};
use doorward_testkit::backend::Storage;
use doorward_testkit::process::Signal;
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, former_tokens, rows, stack};
use futures_util::future::{join, join_all};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

use super::app::{App, token};
use super::{CHEAP, binary};

/// The first migration that the former schema does not have.
const NEXT: &str = "m0021_grant_tokens";
/// The users, in turn.
const USERS: [&str; 3] = ["alice", "mona", "bob"];

#[test]
fn r11_former_tokens_survive_migration_under_load_sqlite_memory() {
    stack::block_on(upgraded(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r11_former_tokens_survive_migration_under_load_postgres_redis() {
    stack::block_on(upgraded(Backend::PostgresRedis, "postgres"));
}

/// A browser session with a refresh token in the former format.
struct Family {
    app: App,
    former: String,
}

/// Creates an empty database with the former schema.
async fn former_schema(backend: Backend) -> Storage {
    let storage = Storage::create_empty(backend).await;
    let mut url = storage.identity.clone();
    if backend == Backend::SqliteMemory {
        url.push_str("?mode=rwc");
    }
    let connection = doorward_store::db::connect(url).await.unwrap();
    let migrations = Migrator::migrations();
    let had = migrations.iter().position(|one| one.name() == NEXT);
    let had = u32::try_from(had.unwrap()).unwrap();
    Migrator::up(&connection, Some(had)).await.unwrap();
    connection.close().await.unwrap();
    storage
}

async fn upgraded(backend: Backend, store: &'static str) {
    let trial = Trial::new("R11", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let mut program = Program::start(&binary(), backend, &CHEAP).await;
    let mut families = Vec::new();
    for number in 0..trial.size(12, 500) {
        let app = App::new(&program, USERS[number % USERS.len()]).await;
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&program.issuer, &code).await.expect("an answer");
        let mut bytes = [0; 32];
        chance.fill_bytes(&mut bytes);
        let former = URL_SAFE_NO_PAD.encode(bytes);
        let current = token(&body, "refresh_token");
        former_tokens::store_family(&program.storage.identity, &current, &[&former]).await;
        families.push(Family { app, former });
    }
    program.process.signal(Signal::TERM);
    let status = program.process.end(Duration::from_secs(10));
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    let storage = former_schema(backend).await;
    rows::copy_into(&program.storage.identity, &storage.identity).await;
    program.move_to(storage);

    let issuer = program.issuer.clone();
    let began = Instant::now();
    let clients = families.iter().enumerate();
    let clients = join_all(clients.map(|(number, family)| use_family(family, number, &issuer)));
    let ((), waited) = join(program.start_again(), clients).await;
    let slowest = waited.into_iter().max().unwrap_or_default();

    let ask = "SELECT count(*) || '' AS text FROM refresh_tokens WHERE used_at IS NULL";
    let unused = rows::query_text(&program.storage.identity, ask).await;
    assert_eq!(unused, ["0"], "each former token was used");
    trial.done(json!({
        "users": families.len(), "signed_out": 0, "first_success_ms": slowest.as_millis(),
        "all_ms": began.elapsed().as_millis(),
    }));
}

/// Refreshes twice at once, as a client that repeats a request does, until the program responds;
/// then checks the session and that the former token was consumed. Returns the time until both had
/// succeeded.
async fn use_family(family: &Family, number: usize, issuer: &str) -> Duration {
    let Family { app, former } = family;
    let began = Instant::now();
    let second = loop {
        assert!(began.elapsed() < Duration::from_mins(1), "no answer");
        let answers = join(app.refresh(issuer, former), app.refresh(issuer, former)).await;
        // Without a response the program does not listen yet.
        let (Some((first, one)), Some((repeated, other))) = answers else {
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        };
        if first == 503 || repeated == 503 {
            continue;
        }
        assert_eq!((first, repeated), (200, 200), "{one} {other}");
        let second = token(&one, "refresh_token");
        assert_eq!(token(&other, "refresh_token"), second, "one successor");
        break second;
    };
    let took = began.elapsed();
    let parsed = RefreshTokenText::parse(&second).expect("the current format");
    assert_eq!(parsed.generation(), 1);
    assert!(app.code().await.is_some(), "the user was signed out");
    let (status, body) = app.refresh(issuer, &second).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let third = token(&body, "refresh_token");
    // Half of the families end by the reuse of the former token, the others continue.
    if number.is_multiple_of(2) {
        let (status, body) = app.refresh(issuer, former).await.expect("an answer");
        assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    }
    let (status, body) = app.refresh(issuer, &third).await.expect("an answer");
    let expected = if number.is_multiple_of(2) { 400 } else { 200 };
    assert_eq!(status, expected, "{body}");
    took
}
