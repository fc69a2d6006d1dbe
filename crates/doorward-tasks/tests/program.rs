//! Tests of the program: the real binary, with settings in its environment.
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use doorward_testkit::backend::{Backend, Storage};
use doorward_testkit::process::{Process, Signal};
use doorward_testkit::program::free_port;
use doorward_testkit::rows;

/// Returns a command in this directory with these settings alone.
fn command(directory: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorward-tasks"));
    command
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(settings.iter().copied());
    command
}

#[tokio::test]
async fn serve_guards_tasks_until_signal() {
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    let public_url = format!("http://localhost:{port}");
    let settings = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD__TASKS__LISTEN", &format!("127.0.0.1:{port}")),
        ("DOORWARD__TASKS__PUBLIC_URL", &public_url),
    ];
    let program = |arguments: &[&str]| command(directory.path(), &settings, arguments);
    let migrated = program(&["migrate"]).output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    assert!(String::from_utf8_lossy(&migrated.stdout).contains("  applied\n"));
    let checked = program(&["config", "check"]).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    let mut server = Process::start(&mut program(&["serve"]));
    let mut is_ready = false;
    for _ in 0..600 {
        is_ready = program(&["healthcheck"]).output().unwrap().status.success();
        if is_ready || server.has_ended() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(is_ready);
    let response = reqwest::get(format!("{public_url}/api/tasks/")).await;
    assert_eq!(response.unwrap().status().as_u16(), 401);
    server.signal(Signal::TERM);
    let status = server.end(Duration::from_secs(30));
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    let gone = program(&["healthcheck"]).output().unwrap();
    assert_eq!(gone.status.code(), Some(6), "{gone:?}");
}

#[test]
fn serve_rejects_missing_issuer() {
    let directory = tempfile::tempdir().unwrap();
    let rejected = command(directory.path(), &[], &["serve"]).output().unwrap();
    assert_eq!(rejected.status.code(), Some(1), "{rejected:?}");
    assert!(String::from_utf8_lossy(&rejected.stderr).contains("tasks.issuer"));
}

#[tokio::test]
async fn move_copies_database_to_postgresql_and_back() {
    let directory = tempfile::tempdir().unwrap();
    let run = |url: &str, arguments: &[&str]| {
        let settings = [("DOORWARD__TASKS__DATABASE_URL", url)];
        let done = command(directory.path(), &settings, arguments).output();
        let done = done.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.code(), text(done.stdout), text(done.stderr))
    };
    let [source, back] = ["tasks", "back"].map(|name| {
        let file = directory.path().join(format!("{name}.sqlite"));
        format!("sqlite://{}", file.display())
    });
    assert_eq!(run(&source, &["migrate"]).0, Some(0));
    let insert = "INSERT INTO tasks_settings (key, value) VALUES ('name', x'00ff')";
    rows::execute(&source, insert).await;
    let storage = Storage::create_empty(Backend::PostgresRedis).await;
    let there = ["move", "--to", &storage.tasks];

    let (code, output, said) = run(&source, &[&there[..], &["--dry-run"]].concat());
    assert_eq!(code, Some(0), "{said}");
    assert!(output.contains("tasks_settings  1\n"), "{output}");
    assert!(rows::tables(&storage.tasks).await.is_empty());
    let (code, moved, said) = run(&source, &there);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("tasks.database_url"), "{said}");
    let (code, _, said) = run(&source, &there);
    assert_eq!(code, Some(5), "{said}");

    let (code, returned, said) = run(&storage.tasks, &["move", "--to", &back]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(returned, moved);
    let value = "SELECT hex(value) AS text FROM tasks_settings WHERE key = 'name'";
    assert_eq!(rows::query_text(&back, value).await, ["00FF"]);
    let (code, _, said) = run(&source, &["move", "--to", &back]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("SQLite already"), "{said}");
}

#[tokio::test]
async fn migrate_keeps_snapshot_from_before() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}",
        directory.path().join("tasks.sqlite").display()
    );
    let copy = directory
        .path()
        .join("tasks-snapshots/before-m0005_search.sqlite");
    let migrate = |number: &str| {
        let settings = [
            ("DOORWARD__TASKS__DATABASE_URL", url.as_str()),
            ("DOORWARD__DATABASE__SNAPSHOTS", number),
        ];
        let done = command(directory.path(), &settings, &["migrate"]).output();
        let done = done.unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stderr).unwrap()
    };
    // Each migration can be repeated.
    let outdate = "DELETE FROM tasks_migrations WHERE version = 'm0006_counts'";
    assert_eq!(migrate("3"), "");
    rows::execute(&url, outdate).await;
    assert_eq!(migrate("0"), "");
    assert!(!copy.exists());
    rows::execute(&url, outdate).await;
    let said = migrate("3");
    assert!(said.contains("before-m0005_search.sqlite"), "{said}");
    let copied = format!("sqlite://{}", copy.display());
    let applied = "SELECT max(version) AS text FROM tasks_migrations";
    assert_eq!(rows::query_text(&copied, applied).await, ["m0005_search"]);
    assert_eq!(migrate("3"), "");
}
