//! Trial R8 with a fail-over of PostgreSQL: the primary is killed, and its standby promoted. The
//! program names both, and continues without a restart.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorward_store::{Db, OpenOptions};
use doorward_testkit::backend::Storage;
use doorward_testkit::process::Process;
use doorward_testkit::program::{Program, free_port};
use doorward_testkit::rows::{execute, query_text};
use doorward_testkit::small_postgres::with_server_programs;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, stack};
use serde_json::json;
use tempfile::TempDir;

use super::app::{App, token};
use super::{CHEAP, binary};

/// Script of the primary: its directory, its port.
const PRIMARY: &str = r#"
initdb --username=doorward --auth=trust --encoding=UTF8 --locale=C --no-sync \
  --pgdata="$1/primary" >/dev/null
exec postgres -D "$1/primary" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c shared_buffers=16MB -c max_connections=60 -c fsync=off"#;

/// Script of the standby: the directory, the port of the primary, its port.
const STANDBY: &str = r#"
pg_basebackup --host=127.0.0.1 --port="$2" --username=doorward --pgdata="$1/standby" \
  --write-recovery-conf --checkpoint=fast --wal-method=stream --no-sync
exec postgres -D "$1/standby" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c shared_buffers=16MB -c max_connections=60 -c fsync=off"#;

/// Maximum time until a server responds, or the program uses it.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn r8_requests_follow_promoted_standby() {
    stack::block_on(promoted());
}

/// A primary with a synchronous standby; killed when dropped.
struct Pair {
    primary: Process,
    _standby: Process,
    ports: [String; 2],
    urls: [String; 2],
    _directory: TempDir,
}

impl Pair {
    async fn start() -> Result<Self, &'static str> {
        let directory = TempDir::new().expect("a temporary directory");
        let ports = [free_port(), free_port()].map(|port| port.to_string());
        let urls = ports.clone();
        let urls = urls.map(|port| format!("postgres://doorward@127.0.0.1:{port}/postgres"));
        let mut primary = serve(PRIMARY, directory.path(), &ports[..1]);
        until_answer(&mut primary, &urls[0]).await?;
        let mut standby = serve(STANDBY, directory.path(), &ports);
        until_answer(&mut standby, &urls[1]).await?;
        execute(&urls[0], "ALTER SYSTEM SET synchronous_standby_names = '*'").await;
        execute(&urls[0], "SELECT pg_reload_conf()").await;
        let (began, state) = (
            Instant::now(),
            "SELECT sync_state AS text FROM pg_stat_replication",
        );
        while query_text(&urls[0], state).await != ["sync"] {
            assert!(began.elapsed() < PATIENCE, "the standby is not synchronous");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Self {
            primary,
            _standby: standby,
            ports,
            urls,
            _directory: directory,
        })
    }

    /// Returns an address of both, the standby first.
    fn url(&self) -> String {
        let [primary, standby] = &self.ports;
        format!(
            "postgres://doorward@127.0.0.1:{standby},127.0.0.1:{primary}/postgres?\
             target_session_attrs=read-write"
        )
    }
}

/// Runs a script without the rights of root, in a namespace that ends with it.
fn serve(script: &str, directory: &Path, ports: &[String]) -> Process {
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-user=1000", "--map-group=1000"])
        .args(["--pid", "--fork", "--kill-child", "sh", "-ec", script, "sh"])
        .arg(directory)
        .args(ports)
        .env("PATH", with_server_programs())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

async fn until_answer(process: &mut Process, url: &str) -> Result<(), &'static str> {
    let started = Instant::now();
    while doorward_store::db::connect(url).await.is_err() {
        if process.has_ended() || started.elapsed() > PATIENCE {
            return Err("no PostgreSQL with a standby can be started here");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn promoted() {
    let trial = Trial::new("R8", "postgres");
    let mut pair = match Pair::start().await {
        Ok(pair) => pair,
        Err(why) => return trial.not_run(why),
    };
    let db = Db::open(&pair.urls[0], OpenOptions::for_command()).await;
    let db = db.expect("the primary");
    db.migrate_with_snapshot(None).await.expect("the schema");
    db.close().await.expect("close");
    let url = pair.url();
    let mut settings = CHEAP.to_vec();
    settings.push(("DOORWARD__TOKENS__REFRESH_GRACE", "60s"));
    settings.push(("DOORWARD_DATABASE_URL", &url));
    let storage = Storage::create(Backend::SqliteMemory).await;
    let program = Program::start_with_storage(&binary(), storage, &settings).await;
    let app = App::new(&program, "alice").await;
    let origin = program.issuer.clone();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let code = app.code().await.expect("a code");
        let (status, body) = app.redeem(&origin, &code).await.expect("an answer");
        assert_eq!(status, 200, "{body}");
        tokens.push((code, body));
    }
    let [(code, kept), (_, revoked)] = <[_; 2]>::try_from(tokens).expect("two");
    let revoked = token(&revoked, "access_token");
    assert!(app.revoke(&origin, &revoked).await);
    app.seen();

    pair.primary.kill();
    let (killed, mut unavailable) = (Instant::now(), 0);
    while killed.elapsed() < Duration::from_secs(3) {
        let refresh = token(&kept, "refresh_token");
        let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
        assert_eq!(status, 503, "{body}");
        unavailable += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seen = app.seen();
    assert!(seen.iter().all(|seen| seen.says_when && !seen.signs_out));
    let slowest = seen.iter().map(|seen| seen.took).max().unwrap_or_default();
    assert!(
        slowest <= trial.max_duration(1_000),
        "503 after {slowest:?}"
    );

    let promote = "SELECT CAST(pg_promote() AS text) AS text";
    assert_eq!(query_text(&pair.urls[1], promote).await, ["true"]);
    let (began, refresh) = (Instant::now(), token(&kept, "refresh_token"));
    loop {
        let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
        if status == 200 {
            break;
        }
        assert_eq!(status, 503, "{body}");
        assert!(began.elapsed() < PATIENCE, "the standby is not used");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let resumed = began.elapsed();
    let access = token(&kept, "access_token");
    assert!(app.is_active(&origin, &access).await);
    assert!(!app.is_active(&origin, &revoked).await);
    let code_again = app.redeem(&origin, &code).await.expect("an answer");
    assert_eq!(code_again.0, 400, "{}", code_again.1);
    assert!(app.code().await.is_some());
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    let output = program.output();
    assert!(!output.contains("panicked"), "{output}");
    trial.done(json!({
        "unavailable": unavailable, "resumed_ms": resumed.as_millis(), "panics": 0,
    }));
}
