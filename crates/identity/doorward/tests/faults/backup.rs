//! Trial R12: a backup made while the program issues tokens, restored to an empty place, contains
//! everything that was acknowledged before it started.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use doorward_testkit::backend::Storage;
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, rows, stack};
use serde_json::{Value, json};

use super::app::{App, token};
use super::{CHEAP, binary};

#[test]
fn r12_backup_under_load_holds_acknowledged_data_sqlite_memory() {
    stack::block_on(kept(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r12_backup_under_load_holds_acknowledged_data_postgres_redis() {
    stack::block_on(kept(Backend::PostgresRedis, "postgres"));
}

/// The state acknowledged to one user's client before the backup started.
struct AcknowledgedState {
    app: Arc<App>,
    live: Vec<String>,
    revoked: Vec<String>,
    spent: Vec<String>,
}

async fn begin(program: &Program, person: &str, each: usize) -> AcknowledgedState {
    let app = App::new(program, person).await;
    let (mut live, mut revoked, mut consumed) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..2 * each {
        let code = app.code().await.expect("a code");
        let (status, body) = app.redeem(&program.issuer, &code).await.expect("an answer");
        assert_eq!(status, 200, "{body}");
        let refresh = token(&body, "refresh_token");
        if number % 2 == 0 {
            assert!(app.revoke(&program.issuer, &refresh).await);
            revoked.push(refresh);
            consumed.push(code);
        } else {
            live.push(refresh);
        }
    }
    AcknowledgedState {
        app: Arc::new(app),
        live,
        revoked,
        spent: consumed,
    }
}

/// Requests tokens until `over` is set.
async fn load(app: Arc<App>, origin: String, over: Arc<AtomicBool>, issued: Arc<AtomicUsize>) {
    while !over.load(Ordering::Relaxed) {
        let code = app.code().await.expect("a code");
        let (status, body) = app.redeem(&origin, &code).await.expect("an answer");
        assert_eq!(status, 200, "{body}");
        issued.fetch_add(1, Ordering::Relaxed);
    }
}

async fn kept(backend: Backend, store: &'static str) {
    let trial = Trial::new("R12", store);
    let mut program = Program::start(&binary(), backend, &CHEAP).await;
    let users = trial.size(300, 100_000);
    program.execute(&add_users(backend, users)).await;
    let key = program.directory().join("backup.key");
    std::fs::write(&key, "N8Zr2hQ7vYw1kLmP5sTg9xCb3dEf6aUj\n").unwrap();
    let file = program.directory().join("backup.age");
    let [key, file] = [&key, &file].map(|path| path.to_str().unwrap().to_owned());
    let mut before = Vec::new();
    for person in ["alice", "bob"] {
        before.push(begin(&program, person, trial.size(3, 200)).await);
    }

    let (over, issued) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let working: Vec<_> = before
        .iter()
        .map(|known| {
            let (app, origin) = (Arc::clone(&known.app), program.issuer.clone());
            tokio::spawn(load(app, origin, Arc::clone(&over), Arc::clone(&issued)))
        })
        .collect();
    let command = ["backup", "--json", "--key-file", &key, &file];
    let done = program.run_command(&command).await;
    let meanwhile = issued.load(Ordering::Relaxed);
    over.store(true, Ordering::Relaxed);
    for item in working {
        item.await.expect("requests succeed during the backup");
    }
    assert!(done.status.success(), "{done:?}");
    assert!(meanwhile > 0, "tokens were issued during the backup");
    let received: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(received["encrypted"], true);
    let parts = received["parts"].as_array().unwrap();
    let names: Vec<_> = parts.iter().map(|part| &part["name"]).collect();
    assert_eq!(names, ["identity", "tasks"], "{received}");
    let sealed = std::fs::read(&file).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));

    program.kill();
    program.move_to(Storage::create_empty(backend).await);
    let started = Instant::now();
    let command = ["restore", "--json", "--key-file", &key, &file];
    let done = program.command(&command);
    let restored = started.elapsed();
    assert!(done.status.success(), "{done:?}");
    let received: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(received["secret_key_fits"], true, "{received}");
    if backend == Backend::SqliteMemory {
        let ask = "SELECT integrity_check AS text FROM pragma_integrity_check";
        assert_eq!(
            rows::query_text(&program.storage.identity, ask).await,
            ["ok"]
        );
    }
    // Restoring 100,000 users takes less than a minute (trial R12).
    assert!(restored.as_secs() < 60, "{restored:?} for {users} users");
    program.start_again().await;
    verify(&program, &before).await;
    let (bytes, issued) = (sealed.len(), issued.load(Ordering::Relaxed));
    trial.done(json!({
        "people": users, "issued_meanwhile": issued, "bytes": bytes, "restore_ms": restored.as_millis(),
    }));
}

/// Returns the statement that adds users, copies of the first one.
fn add_users(backend: Backend, count: usize) -> String {
    let (numbers, id) = match backend {
        Backend::SqliteMemory => (
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
                 SELECT i FROM n) AS n"
            ),
            "randomblob(16)",
        ),
        Backend::PostgresRedis => (
            format!("generate_series(1, {count}) AS n(i)"),
            "gen_random_uuid()",
        ),
    };
    format!(
        "INSERT INTO users (id, username, username_key, username_skeleton, email, email_key, email_verified, \
         password_hash, profile, is_staff, created_at, updated_at) SELECT {id}, 'p' || i, 'p' || i, 'p' || i, \
         'p' || i || '@example.net', 'p' || i || '@example.net', TRUE, password_hash, profile, FALSE, \
         created_at, updated_at FROM {numbers} CROSS JOIN (SELECT * FROM users LIMIT 1) AS first"
    )
}

async fn verify(program: &Program, before: &[AcknowledgedState]) {
    let issuer = &program.issuer;
    for known in before {
        for refresh in &known.live {
            let answer = known.app.refresh(issuer, refresh).await;
            let (status, body) = answer.expect("an answer");
            assert_eq!(status, 200, "an issued token is lost: {body}");
        }
        for refresh in &known.revoked {
            let answer = known.app.refresh(issuer, refresh).await;
            let (status, body) = answer.expect("an answer");
            let seen = (status, &body["error"]);
            assert_eq!(
                seen,
                (400, &json!("invalid_grant")),
                "a revoked token is active"
            );
        }
        for code in &known.spent {
            let answer = known.app.redeem(issuer, code).await;
            let (status, body) = answer.expect("an answer");
            let seen = (status, &body["error"]);
            assert_eq!(seen, (400, &json!("invalid_grant")), "a code worked twice");
        }
        // The browser session was restored as well.
        known.app.code().await.expect("a code");
    }
    // A sign-in by password in a new browser.
    App::new(program, "mona").await;
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}
