//! Tests of the program: the real binary, with settings in its environment.
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use doorward_testkit::process::{Process, Signal};
use doorward_testkit::program::free_port;

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
