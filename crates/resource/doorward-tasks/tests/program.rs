//! Tests of the program: the real binary, with settings in its environment.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use doorward_testkit::backend::{Backend, Storage};
use doorward_testkit::collector::Collector;
use doorward_testkit::process::{Process, Signal};
use doorward_testkit::program::free_port;
use doorward_testkit::rows;

/// The trace ID in the examples of W3C Trace Context.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

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
    let collector = Collector::start();
    let metrics = format!("127.0.0.1:{}", free_port());
    let settings = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD__TASKS__LISTEN", &format!("127.0.0.1:{port}")),
        ("DOORWARD__TASKS__PUBLIC_URL", &public_url),
        ("DOORWARD__TASKS__METRICS_LISTEN", &metrics),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint),
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
    let request = doorward_testkit::UserAgent::new()
        .http()
        .get(format!("{public_url}/api/tasks/"));
    let sent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let response = request.header("traceparent", sent).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 401);
    let request_id = response.headers()["x-request-id"].to_str().unwrap();
    let span = collector.wait_for(|span| span.trace == TRACE);
    assert_eq!(span.name, "GET /api/tasks/");
    assert_eq!(span.parent, "00f067aa0ba902b7");
    assert_eq!(span.resource["service.name"], "doorward-tasks");
    assert_eq!(span.attributes["http.response.status_code"], "401");
    assert_eq!(span.attributes["doorward.request_id"], request_id);
    assert!(span.attributes.contains_key("doorward.statements"));
    let metrics = reqwest::get(format!("http://{metrics}/metrics")).await;
    let metrics = metrics.unwrap().text().await.unwrap();
    for line in [
        r#"http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="401",http_route="/api/tasks/"} 1"#,
        r#"doorward_request_statements_count{http_request_method="GET",http_route="/api/tasks/"} 1"#,
        r#"doorward_db_query_seconds_count{result="ok"}"#,
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
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

/// Returns a file of `deploy/`.
fn deployed(name: &str) -> String {
    let path = format!("{}/../../../deploy/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn unit_and_example_fit_program() {
    let directory = tempfile::tempdir().unwrap();
    let unit = deployed("doorward-tasks.service");
    let start = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/doorward-tasks "))
        .unwrap();
    let arguments: Vec<&str> = start.split(' ').collect();
    let config = *arguments.last().unwrap();
    // The command is valid, but its file is missing.
    let started = command(directory.path(), &[], &arguments).output().unwrap();
    assert_eq!(started.status.code(), Some(1), "{started:?}");
    assert!(String::from_utf8_lossy(&started.stderr).contains(config));
    let example = deployed("doorward-tasks.example.toml");
    std::fs::write(directory.path().join("tasks.toml"), example).unwrap();
    let check = ["config", "check", "--config", "tasks.toml"];
    let checked = command(directory.path(), &[], &check).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn completions_and_manual_pages_name_commands() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let arguments = ["completions", shell];
        let printed = command(directory.path(), &[], &arguments).output().unwrap();
        let script = String::from_utf8_lossy(&printed.stdout);
        assert!(script.contains("healthcheck"), "{shell}: {printed:?}");
    }
    let written = command(directory.path(), &[], &["man-pages", "."])
        .output()
        .unwrap();
    assert!(written.status.success(), "{written:?}");
    for page in ["doorward-tasks.1", "doorward-tasks-migrate.1"] {
        assert!(directory.path().join(page).is_file(), "{page}");
    }
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

/// Removes what `m0006_counts` has made, and its record.
async fn take_last_migration_back(url: &str) {
    for table in ["tasks", "projects", "articles"] {
        for event in ["insert", "delete"] {
            rows::execute(url, &format!("DROP TRIGGER {table}_counts_{event}")).await;
        }
    }
    rows::execute(url, "DROP TABLE tasks_counts").await;
    let record = "DELETE FROM tasks_migrations WHERE version = 'm0006_counts'";
    rows::execute(url, record).await;
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
    assert_eq!(migrate("3"), "");
    take_last_migration_back(&url).await;
    assert_eq!(migrate("0"), "");
    assert!(!copy.exists());
    take_last_migration_back(&url).await;
    let said = migrate("3");
    assert!(said.contains("before-m0005_search.sqlite"), "{said}");
    let copied = format!("sqlite://{}", copy.display());
    let applied = "SELECT max(version) AS text FROM tasks_migrations";
    assert_eq!(rows::query_text(&copied, applied).await, ["m0005_search"]);
    assert_eq!(migrate("3"), "");
}

/// Answers the requests of `doctor`, as an issuer and as the tasks API at the same address.
fn answer(listener: TcpListener, address: String, audience: &'static str) {
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let body = match first.split(' ').nth(1).unwrap() {
                "/.well-known/openid-configuration" => {
                    format!(r#"{{"issuer":"{address}","jwks_uri":"{address}/keys"}}"#)
                }
                "/keys" => r#"{"keys":[{"alg":"RS256"},{"alg":"other"}]}"#.to_owned(),
                "/.well-known/oauth-protected-resource" => format!(
                    r#"{{"resource":"{address}{audience}","authorization_servers":["{address}"]}}"#
                ),
                other => panic!("{other}"),
            };
            let length = body.len();
            let head =
                "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: close\r\n";
            write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
        }
    });
}

#[tokio::test]
async fn doctor_reports_each_part_and_its_correction() {
    let directory = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let doctor = |audience: &str| {
        let settings = [
            ("DOORWARD_ISSUER", address.as_str()),
            ("DOORWARD__TASKS__PUBLIC_URL", &address),
            ("DOORWARD__TASKS__AUDIENCE", audience),
        ];
        let done = command(directory.path(), &settings, &["doctor"]).output();
        let done = done.unwrap();
        // The issuer's clock is wrong, so that the command never succeeds.
        assert_eq!(done.status.code(), Some(1), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    answer(listener, address.clone(), "/api");
    let audience = format!("{address}/api");
    let report = doctor(&audience);
    assert!(
        report.contains("tasks.sqlite does not exist; start"),
        "{report}"
    );
    let settings = [("DOORWARD_ISSUER", address.as_str())];
    let migrated = command(directory.path(), &settings, &["migrate"]).output();
    assert!(migrated.unwrap().status.success());

    let report = doctor(&audience);
    let lines: Vec<&str> = report.lines().collect();
    for start in [
        "good     configuration",
        "good     database file",
        "good     database ",
        "good     schema",
        "good     issuer ",
        "bad      clock",
        "good     issuer keys    1 of 2 keys",
        "good     audience",
    ] {
        assert!(
            lines.iter().any(|line| line.starts_with(start)),
            "{start}\n{report}"
        );
    }
    let report = doctor("https://tasks.example.org/api");
    assert!(
        report.contains("set the same tasks.audience in both"),
        "{report}"
    );

    let file = directory.path().join("tasks.sqlite");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&file, open).unwrap();
    let url = format!("sqlite://{}", file.display());
    rows::execute(
        &url,
        "DELETE FROM tasks_migrations WHERE version = 'm0006_counts'",
    )
    .await;
    let report = doctor(&audience);
    assert!(report.contains("; `chmod 600 "), "{report}");
    assert!(
        report.contains("missing: 1 migration; run `doorward-tasks migrate up`"),
        "{report}"
    );
}

#[test]
fn development_server_ends_with_its_input() {
    let directory = tempfile::tempdir().unwrap();
    let port = free_port();
    // The mark of a development instance, whose database `serve` rejects.
    std::fs::write(directory.path().join(".doorward-dev"), "{}").unwrap();
    std::fs::write(
        directory.path().join("tasks.toml"),
        format!(
            "issuer = \"http://localhost:8400\"\nmetrics.enabled = false\n\
             tasks.listen = \"127.0.0.1:{port}\"\ntasks.public_url = \"http://localhost:{port}\"\n\
             tasks.database_url = \"sqlite://tasks.sqlite\"\n"
        ),
    )
    .unwrap();
    let arguments = ["dev", "--config", "tasks.toml", "--samples", "m", "a", "b"];
    let mut server = command(directory.path(), &[], &arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    let connected = std::net::TcpStream::connect(("127.0.0.1", port));
    drop(connected.unwrap());
    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(directory.path().join("tasks.sqlite").exists());
}
