//! Trial R9: a full disk, a failing device, or a read-only database. Reads succeed, writes get
//! `Retry-After`, and all recovers when there is space again; or after a restart, if the device may
//! have lost unsynced writes (decision 71).

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::process::Signal;
use doorward_testkit::program::Program;
use doorward_testkit::strace::{InjectedErrors, file_of, is_permitted, log_of};
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, rows, stack};
use serde_json::{Value, json};
use tokio::process::Command;

use super::app::{App, token};
use super::{CHEAP, binary};

#[test]
fn r9_full_disk_stops_writes_alone() {
    stack::block_on(full());
}

#[test]
fn r9_read_only_database_serves_reads() {
    stack::block_on(read_only());
}

#[test]
fn r9_failing_device_stops_only_writes() {
    stack::block_on(failing());
}

/// Starts the program on a separate disk of six megabytes. Because only root mounts disks, the
/// program runs as root in a user namespace.
pub fn on_small_disk(storage: &Storage) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let script = place.path().join("doorward");
    let file = storage.identity.trim_start_matches("sqlite://");
    let directory = PathBuf::from(file).parent().unwrap().to_owned();
    let text = format!(
        "#!/bin/sh\nset -e\nmkdir -p '{place}/disk'\nexport place='{place}/disk' directory='{directory}'\n\
         exec unshare --map-root-user --mount -- sh -ec '\n\
         mount -t tmpfs -o size=6m tmpfs \"$place\"\ncp -a \"$directory/.\" \"$place\"\n\
         mount --bind \"$place\" \"$directory\"\nexec {binary} \"$@\"' doorward \"$@\"\n",
        place = place.path().display(),
        directory = directory.display(),
        binary = binary().display(),
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    (place, script, directory)
}

async fn full() {
    let trial = Trial::new("R9", "sqlite");
    let storage = Storage::create(Backend::SqliteMemory).await;
    let (_place, script, directory) = on_small_disk(&storage);
    let mut settings = CHEAP.to_vec();
    settings.push(("DOORWARD__TOKENS__REFRESH_GRACE", "60s"));
    let program = Program::start_with_storage(&script, storage, &settings).await;
    let app = App::new(&program, "alice").await;
    let origin = program.issuer.clone();
    let (mut refused, rounds) = (0, trial.size(2, 2));
    for round in 0..rounds {
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&origin, &code).await.expect("an answer");
        let refresh = token(&body, "refresh_token");
        // The disk as the program sees it.
        let root = PathBuf::from(format!("/proc/{}/root", program.process.id()));
        let ballast = root
            .join(directory.strip_prefix("/").unwrap())
            .join("ballast");
        fill(&ballast);
        // Until the space that the write-ahead log already occupies is full.
        let mut asked = 0;
        loop {
            let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
            asked += 1;
            if status == 503 {
                break;
            }
            assert_eq!(status, 200, "{body}");
            assert!(
                asked < 2_000,
                "round {round}: the full disk caused no error"
            );
            let Some(code) = app.code().await else {
                break;
            };
            let (status, body) = app.redeem(&origin, &code).await.expect("an answer");
            assert!(status == 200 || status == 503, "{body}");
        }
        refused += 1;
        assert_eq!(readiness(&program, 503).await, "disk full", "round {round}");
        for path in ["/oauth2/jwks", "/livez", "/login"] {
            let response = reqwest::get(program.at(path)).await.expect("an answer");
            assert_eq!(response.status(), 200, "round {round}: {path}");
        }
        assert!(app.is_active(&origin, &token(&body, "access_token")).await);
        let doctor = inside(&program, &["doctor"]).await;
        assert!(doctor.contains("disk full"), "round {round}: {doctor}");
        let output = program.output();
        assert!(output.contains("disk full"), "round {round}: {output}");
        assert!(!output.contains("too busy"), "round {round}: {output}");
        std::fs::remove_file(&ballast).unwrap();
        assert_eq!(readiness(&program, 200).await, "ok", "round {round}");
        // Nothing is half done: the retry succeeds, and the refresh family is intact.
        let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
        assert_eq!(status, 200, "round {round}: {body}");
        let next = token(&body, "refresh_token");
        let (status, body) = app.refresh(&origin, &next).await.expect("an answer");
        assert_eq!(status, 200, "round {round}: {body}");
    }
    let output = program.output();
    assert!(!output.contains("panicked"), "{output}");
    trial.done(json!({ "disk": "full", "rounds": rounds, "refused": refused, "panics": 0 }));
}

/// Waits until `/readyz` has this status, and returns the state of the database in it.
async fn readiness(program: &Program, expected: u16) -> String {
    let started = Instant::now();
    loop {
        let response = reqwest::get(program.at("/readyz")).await;
        let response = response.expect("an answer");
        let status = response.status().as_u16();
        let body: Value = response.json().await.expect("JSON");
        if status == expected {
            return body["checks"]["database"].as_str().unwrap().to_owned();
        }
        let time_limit = Duration::from_secs(10);
        assert!(started.elapsed() < time_limit, "{status}: {body}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Runs a command of the program where it sees its disk, and returns its output.
async fn inside(program: &Program, arguments: &[&str]) -> String {
    let id = program.process.id().to_string();
    let mut command = Command::new("nsenter");
    command.args([
        "--target",
        &id,
        "--user",
        "--mount",
        "--preserve-credentials",
        "--",
    ]);
    command.arg(binary()).args(arguments);
    let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap();
    let environment = String::from_utf8(environment).unwrap();
    let variables = environment
        .split('\0')
        .filter_map(|line| line.split_once('='));
    command.env_clear().envs(variables);
    let done = command.output().await.expect("nsenter");
    let [out, error] =
        [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    format!("{out}{error}")
}

/// Writes until there is no space for a single page.
pub fn fill(ballast: &PathBuf) {
    let mut file = File::create(ballast).unwrap();
    loop {
        match file.write(&[0; 4096]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => return,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Asserts that reading requests succeed while writes are rejected.
async fn reads_go_on(program: &Program, app: &App, access: &str, when: &str) {
    for path in ["/oauth2/jwks", "/livez", "/login"] {
        let response = reqwest::get(program.at(path)).await.expect("an answer");
        assert_eq!(response.status(), 200, "{when}: {path}");
    }
    assert!(app.is_active(&program.issuer, access).await, "{when}");
}

async fn is_ready(program: &Program) -> bool {
    let response = reqwest::get(program.at("/readyz")).await;
    response.expect("an answer").status() == 200
}

async fn failing() {
    let trial = Trial::new("R9", "sqlite");
    if let Err(why) = is_permitted().await {
        return trial.not_run(why);
    }
    let mut settings = CHEAP.to_vec();
    settings.push(("DOORWARD__TOKENS__REFRESH_GRACE", "60s"));
    let mut program = Program::start(&binary(), Backend::SqliteMemory, &settings).await;
    let log = log_of(&file_of(&program.storage.identity));
    let app = App::new(&program, "alice").await;
    let (origin, rounds) = (program.issuer.clone(), trial.size(1, 20));
    let mut refused = 0;
    for round in 0..rounds {
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&origin, &code).await.expect("an answer");
        let (access, mut refresh) = (token(&body, "access_token"), token(&body, "refresh_token"));

        // A page cannot be written: SQLite rolls back this transaction only.
        let device = InjectedErrors::inject(program.process.id(), &log, "pwrite64:error=EIO").await;
        for _ in 0..3 {
            let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
            assert_eq!(status, 503, "round {round}, no write: {body}");
            refused += 1;
        }
        reads_go_on(&program, &app, &access, "no write").await;
        device.end();
        let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
        assert_eq!(
            status, 200,
            "round {round}, after the failed writes: {body}"
        );
        refresh = token(&body, "refresh_token");
        assert!(is_ready(&program).await, "round {round}: not ready again");

        // A sync fails: the content of the disk is unknown from now on, whatever the device reports
        // later.
        let device =
            InjectedErrors::inject(program.process.id(), &log, "fdatasync:error=EIO").await;
        let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
        assert_eq!(status, 503, "round {round}, no sync: {body}");
        device.end();
        app.seen();
        for _ in 0..3 {
            let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
            assert_eq!(status, 503, "round {round}, after a failed sync: {body}");
            refused += 1;
        }
        assert!(app.seen().iter().all(|one| one.says_when && !one.signs_out));
        assert!(!is_ready(&program).await, "round {round}: it is not ready");
        reads_go_on(&program, &app, &access, "after a lost sync").await;
        let output = program.output();
        assert!(!output.contains("panicked"), "{output}");
        assert!(output.contains("could not be synced to disk"), "{output}");

        program.process.signal(Signal::TERM);
        let end = program.process.end(Duration::from_secs(10));
        assert_eq!(end.and_then(|end| end.code()), Some(0), "round {round}");
        program.start_again().await;
        assert!(is_ready(&program).await, "round {round}: after the restart");
        assert!(app.is_active(&origin, &access).await);
        // The retry succeeds, and the refresh family is intact.
        for _ in 0..2 {
            let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
            assert_eq!(status, 200, "round {round}: {body}");
            refresh = token(&body, "refresh_token");
        }
    }
    trial.done(json!({ "device": "EIO", "rounds": rounds, "refused": refused, "panics": 0 }));
}

async fn read_only() {
    let trial = Trial::new("R9", "postgres");
    let program = Program::start(&binary(), Backend::PostgresRedis, &CHEAP).await;
    let app = App::new(&program, "alice").await;
    let origin = program.issuer.clone();
    let code = app.code().await.expect("a code");
    let (_, body) = app.redeem(&origin, &code).await.expect("an answer");
    let (access, refresh) = (token(&body, "access_token"), token(&body, "refresh_token"));
    let database = program.storage.identity.rsplit('/').next().unwrap();
    let alter = format!("ALTER DATABASE {database} SET default_transaction_read_only");
    let renew = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' \
         AND pid <> pg_backend_pid()"
    );
    rows::execute(&program.storage.identity, &format!("{alter} = on")).await;
    rows::execute(&program.storage.identity, &renew).await;
    // The first user of a terminated connection notices its end.
    let mut seen = Vec::new();
    for _ in 0..8 {
        seen.push(app.refresh(&origin, &refresh).await.expect("an answer").0);
    }
    assert!(seen.iter().all(|status| *status == 503), "{seen:?}");
    let mut answers = Vec::new();
    while answers.last() != Some(&200) {
        // Each terminated connection is noticed once.
        assert!(answers.len() < 8, "{answers:?}");
        answers.push(app.introspect(&origin, &access).await.expect("an answer").0);
    }
    let response = reqwest::get(program.at("/oauth2/jwks")).await.unwrap();
    assert_eq!(response.status(), 200);
    let server = std::env::var(doorward_testkit::postgres::POSTGRES_URL).unwrap();
    rows::execute(&server, &format!("{alter} = off")).await;
    rows::execute(&server, &renew).await;
    let mut attempts = 0;
    while app.refresh(&origin, &refresh).await.expect("an answer").0 != 200 {
        attempts += 1;
        assert!(attempts < 20, "writes do not recover");
    }
    let output = program.output();
    assert!(!output.contains("panicked"), "{output}");
    trial.done(json!({ "database": "read-only", "refused": seen.len(), "panics": 0 }));
}
