//! Tests of configured addresses that contain passwords and point to unavailable servers.

use std::path::Path;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::{Backend, UserAgent, rows};

use super::{DATABASE, KEY, REDIS, SMTP_PASSWORD};

const SECRETS: [&str; 4] = [DATABASE, KEY, SMTP_PASSWORD, REDIS];

#[track_caller]
fn assert_silent(path: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {path}: {text}");
    }
}

#[test]
fn unavailable_servers_reveal_no_password() {
    doorward_testkit::stack::block_on(without_redis_and_mail());
}

/// Runs the program without Redis and mail server, and searches its output for the passwords.
async fn without_redis_and_mail() {
    let redis = format!("redis://default:{REDIS}@127.0.0.1:1/0");
    let smtp = format!("smtp://postman:{SMTP_PASSWORD}@127.0.0.1:1");
    let settings = [
        ("DOORWARD_SECRET_KEY", KEY),
        ("DOORWARD_REDIS_URL", redis.as_str()),
        ("DOORWARD_SMTP_URL", smtp.as_str()),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "1"),
    ];
    let binary = Path::new(env!("CARGO_BIN_EXE_doorward"));
    let program = Program::start(binary, Backend::SqliteMemory, &settings).await;
    let agent = UserAgent::new();
    let page = agent.get(program.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    assert_eq!(
        agent.submit(&form.with("password", "wrong")).await.status,
        401
    );
    let page = agent.get(program.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", "alice");
    assert_eq!(agent.submit(&form).await.status, 303);

    let start = Instant::now();
    let jobs = loop {
        let jobs = rows::dump(&program.storage.identity).await["jobs"].join("\n");
        if jobs.to_ascii_lowercase().contains("connection") {
            break jobs;
        }
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "no mail failed: {jobs}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_silent("the jobs", &jobs);
    let output = program.output();
    // `RUST_LOG` takes precedence over the configured level `warn`.
    assert!(output.contains("\"level\":\"TRACE\""), "no trace level");
    assert!(output.contains("limits are counted by this process alone"));
    assert_silent("the log", &output);
    for arguments in [["config", "print"], ["config", "check"]] {
        let done = program.command(&arguments);
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert_silent("the configuration", &said);
    }
    assert_silent("the answer", &agent.get(program.at("/readyz")).await.dump());
}

#[test]
fn unavailable_database_reveals_no_password() {
    let database = format!("postgres://doorward:{DATABASE}@127.0.0.1:1/doorward");
    for arguments in [
        &["serve"][..],
        &["migrate"],
        &["user", "list"],
        &["audit", "export"],
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_doorward"));
        let directory = tempfile::TempDir::new().unwrap();
        let done = command
            .args(arguments)
            .current_dir(directory.path())
            .env("DOORWARD_ISSUER", "https://id.example.org")
            .env("DOORWARD_LISTEN", "127.0.0.1:0")
            .env("DOORWARD_DATABASE_URL", &database)
            .env("DOORWARD_SECRET_KEY", KEY)
            .env(
                "DOORWARD_SMTP_URL",
                format!("smtps://postman:{SMTP_PASSWORD}@mail.example.org"),
            )
            .env("RUST_LOG", "trace")
            .output()
            .expect("the program");
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert!(!done.status.success(), "{arguments:?}: {said}");
        assert!(said.len() > 20, "{arguments:?} has no output");
        assert_silent(&format!("{arguments:?}"), &said);
    }
}
