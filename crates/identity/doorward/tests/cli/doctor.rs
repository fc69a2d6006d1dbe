//! Tests of `doorward doctor`: for each broken part, exactly its line reports the failure; after
//! the repair, it is ok.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

use doorward_testkit::program::{Program, free_port};
use doorward_testkit::rows::query_text;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::{Backend, stack};
use serde_json::{Value, json};

use super::program::KEY;

const BINARY: &str = env!("CARGO_BIN_EXE_doorward");

/// An abandoned mail job.
const ABANDONED_JOB: &str = "INSERT INTO jobs (id, kind, payload_sealed, run_at, attempts, failed_at, created_at) \
                        VALUES (randomblob(16), 'mail', x'', 0, 9, strftime('%s', 'now'), strftime('%s', 'now'))";

/// A step of the cleanup that succeeded two hours ago for the last time.
const OVERDUE_STEP: &str = "INSERT INTO cleanup_steps (step, first_at, last_at, succeeded_at) VALUES \
                            ('retired step', strftime('%s', 'now') - 9000, strftime('%s', 'now'), \
                             strftime('%s', 'now') - 7200)";

/// An audit event from a clock that is ahead of this one.
const TOMORROW: &str = "INSERT INTO audit_events (id, at, kind, success, detail) VALUES \
                        (x'0fffffffffff7fff8fffffffffffffff', strftime('%s', 'now') + 90100, \
                         'login.succeeded', 1, '{}')";

/// The output of the doctor: part, health, message and remediation of each line.
struct Report {
    lines: Vec<Value>,
    code: i32,
}

impl Report {
    fn of(output: &Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let lines = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?} {stderr}"));
        Self {
            lines,
            code: output.status.code().unwrap(),
        }
    }

    /// Returns the parts that are not ok, with their health.
    fn found(&self) -> Vec<(&str, &str)> {
        self.lines
            .iter()
            .map(|line| {
                (
                    line["part"].as_str().unwrap(),
                    line["health"].as_str().unwrap(),
                )
            })
            .filter(|(_, health)| *health != "good")
            .collect()
    }

    #[track_caller]
    fn says(&self, part: &str, health: &str, words: &str) {
        let line = self.lines.iter().find(|line| line["part"] == part);
        let line = line.unwrap_or_else(|| panic!("{part}: {:?}", self.lines));
        assert_eq!(line["health"], health, "{line}");
        let text = format!("{} {}", line["seen"], line["remedy"]);
        assert!(text.contains(words), "{words}: {text}");
        assert_eq!(line["remedy"].is_string(), health != "good", "{line}");
    }
}

/// Starts a program with everything configured, so that the doctor has no findings.
async fn healthy(backend: Backend) -> Program {
    healthy_with(backend, &[]).await
}

/// Starts such a program with additional settings.
async fn healthy_with(backend: Backend, more: &[(&str, &str)]) -> Program {
    let (smtp, _) = mail_server(Vec::new());
    let head_file = std::env::temp_dir().join(format!("audit-head-{}.json", uuid::Uuid::new_v4()));
    let settings = [
        ("DOORWARD_SMTP_URL", smtp.as_str()),
        ("DOORWARD__AUDIT__HEAD_FILE", head_file.to_str().unwrap()),
        ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ];
    let settings = [&settings, more].concat();
    Program::start(Path::new(BINARY), backend, &settings).await
}

fn ask(program: &Program, changed: &[(&str, &str)]) -> Report {
    let report = program.command_with(&["doctor", "--json"], changed);
    Report::of(&report)
}

#[test]
fn healthy_deployment_passes_all_checks_sqlite_memory() {
    stack::block_on(all_good(Backend::SqliteMemory));
}

#[test]
fn healthy_deployment_passes_all_checks_postgres_redis() {
    stack::block_on(all_good(Backend::PostgresRedis));
}

async fn all_good(backend: Backend) {
    let program = healthy(backend).await;
    let report = ask(&program, &[]);
    // The PostgreSQL of the tests may run without fsync, which the doctor must name.
    let mut expected = Vec::new();
    if lacks_fsync(&program).await {
        expected.push(("durability", "warning"));
    }
    assert_eq!(report.found(), expected, "{:?}", report.lines);
    assert_eq!(report.code, 0);
    for part in [
        "configuration",
        "database",
        "schema",
        "signing key",
        "administrator",
        "work that waits",
        "redis",
        "issuer",
        "published keys",
        "mail",
    ] {
        report.says(part, "good", "");
    }
    let text = program.command(&["doctor"]);
    let text = String::from_utf8(text.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("good "));
    assert_eq!(lines.count(), expected.len(), "{text}");
}

/// Returns true if the program's PostgreSQL runs without fsync.
async fn lacks_fsync(program: &Program) -> bool {
    let url = &program.storage.identity;
    let ask = "SELECT current_setting('fsync') AS text";
    url.starts_with("postgres") && query_text(url, ask).await == ["off"]
}

#[test]
fn each_broken_part_is_named_alone() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let closed = format!("127.0.0.1:{}", free_port());
        let redis = format!("redis://{closed}");
        let smtp = format!("smtp://{closed}");
        for (name, value, part, values) in [
            ("DOORWARD_REDIS_URL", redis.as_str(), "redis", "redis.url"),
            ("DOORWARD_SMTP_URL", &smtp, "mail", "mail.smtp_url"),
            (
                "DOORWARD_SECRET_KEY",
                KEY,
                "signing key",
                "restore the original one",
            ),
        ] {
            let report = ask(&program, &[(name, value)]);
            assert_eq!(report.found(), [(part, "bad")], "{:?}", report.lines);
            report.says(part, "bad", values);
            assert_eq!(report.code, 1);
        }
        // Repaired.
        assert_eq!(ask(&program, &[]).found(), []);
    });
}

#[test]
fn second_server_on_sqlite_recommends_move() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        ask(&program, &[]).says("SQLite", "good", "servers: 1");
        let _second = program.twin().await;
        let report = ask(&program, &[]);
        report.says("SQLite", "warning", "servers: 2");
        report.says("SQLite", "warning", "doorward move --to URL");
        assert_eq!(report.code, 0);
    });
}

#[test]
fn missing_mail_server_is_warning() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let report = ask(&program, &[("DOORWARD_SMTP_URL", "")]);
        assert_eq!(report.found(), [("mail", "warning")], "{:?}", report.lines);
        assert_eq!(report.code, 0);
    });
}

#[test]
fn finding_of_configuration_is_line() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let report = ask(&program, &[("DOORWARD__TRUSTED_PROXIES", "0.0.0.0/0")]);
        assert_eq!(report.found()[0].0, "configuration", "{:?}", report.lines);
        let text = report.lines[0].to_string();
        assert!(text.contains("list only the proxies"), "{text}");
    });
}

#[test]
fn slow_clock_is_reported_and_prevents_start() {
    stack::block_on(async {
        let unchecked = [("DOORWARD__DATABASE__CHECK_CLOCK", "false")];
        let mut program = healthy_with(Backend::SqliteMemory, &unchecked).await;
        program.execute(TOMORROW).await;
        let report = ask(&program, &[]);
        assert_eq!(report.found(), [("clock", "bad")], "{:?}", report.lines);
        report.says("clock", "bad", "25 hours behind");
        program.kill();
        let refused =
            program.command_with(&["serve"], &[("DOORWARD__DATABASE__CHECK_CLOCK", "true")]);
        let words = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{words}");
        assert!(words.contains("25 hours behind"), "{words}");
        assert!(words.contains("database.check_clock = false"), "{words}");
        // The operator overrides the check.
        program.start_again().await;
    });
}

#[test]
fn missing_database_is_not_created() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let file = program.directory().join("other.sqlite");
        let url = format!("sqlite://{}", file.display());
        let report = ask(&program, &[("DOORWARD_DATABASE_URL", &url)]);
        report.says("database", "bad", "doorward migrate up");
        assert!(!file.exists());
    });
}

#[test]
fn unavailable_and_read_only_databases_are_reported() {
    stack::block_on(async {
        let program = healthy(Backend::PostgresRedis).await;
        let away = format!("postgres://postgres@127.0.0.1:{}/test", free_port());
        let report = ask(&program, &[("DOORWARD_DATABASE_URL", &away)]);
        report.says("database", "bad", "check that the database runs");
        // A read-only database, as a standby is: every transaction is read-only.
        let mark = if program.storage.identity.contains('?') {
            '&'
        } else {
            '?'
        };
        let standby = format!(
            "{}{mark}options=-c%20default_transaction_read_only=on",
            program.storage.identity
        );
        let report = ask(&program, &[("DOORWARD_DATABASE_URL", &standby)]);
        report.says("database", "bad", "not a standby");
        report.says("issuer", "good", "same issuer");
        let fast = format!(
            "{}{mark}options=-c%20synchronous_commit=off",
            program.storage.identity
        );
        let report = ask(&program, &[("DOORWARD_DATABASE_URL", &fast)]);
        let setting = if lacks_fsync(&program).await {
            "fsync = on"
        } else {
            "synchronous_commit = on"
        };
        report.says("durability", "warning", setting);
        let report = ask(&program, &[("DOORWARD_REDIS_URL", "")]);
        report.says("redis", "warning", "redis.url_file");
    });
}

#[test]
fn older_and_newer_schemas_are_distinguished() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        program
            .execute(
                "DELETE FROM doorward_identity_migrations \
             WHERE version = (SELECT max(version) FROM doorward_identity_migrations)",
            )
            .await;
        ask(&program, &[]).says("schema", "bad", "1 migration is missing");
        program
            .execute(
                "INSERT INTO doorward_identity_migrations (version, applied_at) \
                 VALUES ('m9999_tomorrow', 0)",
            )
            .await;
        ask(&program, &[]).says("schema", "bad", "newer release");
        program
            .execute(
                "INSERT INTO doorward_identity_migrations (version, applied_at) \
                 VALUES ('m0001_people', 0)",
            )
            .await;
        ask(&program, &[]).says("schema", "bad", "create a new database");
    });
}

#[test]
fn usable_newer_schema_is_warning() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        program
            .execute(
                "INSERT INTO doorward_identity_migrations (version, applied_at, requires) \
                 VALUES ('m9999_tomorrow', 0, '')",
            )
            .await;
        ask(&program, &[]).says("schema", "warning", "can work with them");
    });
}

#[test]
fn database_without_server_has_no_key_yet() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let fresh = program.directory().join("fresh.sqlite");
        let fresh = format!("sqlite://{}", fresh.display());
        let head = program.directory().join("fresh.audit-head.json");
        let fresh = [
            ("DOORWARD_DATABASE_URL", fresh.as_str()),
            ("DOORWARD__AUDIT__HEAD_FILE", head.to_str().unwrap()),
        ];
        let created = program.command_with(&["migrate", "up"], &fresh);
        assert!(created.status.success(), "{created:?}");
        let report = ask(&program, &fresh);
        let missing = [("signing key", "warning"), ("administrator", "warning")];
        assert_eq!(report.found(), missing, "{:?}", report.lines);
        report.says("signing key", "warning", "it creates one");
    });
}

#[test]
fn abandoned_jobs_and_missing_administrator_are_warnings() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        program.execute("DELETE FROM role_assignments").await;
        let report = ask(&program, &[]);
        assert_eq!(
            report.found(),
            [("administrator", "warning")],
            "{:?}",
            report.lines
        );
        report.says("administrator", "warning", "/setup");
        program.execute(ABANDONED_JOB).await;
        let report = ask(&program, &[]);
        report.says("work that waits", "warning", "1 have failed");
        report.says("cleanup", "good", "");
        program.execute(OVERDUE_STEP).await;
        let report = ask(&program, &[]);
        report.says("cleanup", "warning", "retired step");
    });
}

/// Answers every request with this document, which `body` creates from its own address; returns the
/// address.
fn impostor(status: &'static str, body: impl FnOnce(&str) -> String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let body = body(&origin);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    origin
}

#[test]
fn wrong_responses_at_issuer_are_recognized() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let silent = format!("http://127.0.0.1:{}", free_port());
        for (issuer, values) in [
            (silent, "check that the server runs"),
            (
                impostor("404 Not Found", |_| String::new()),
                "configure the proxy to forward every path",
            ),
            (
                impostor("200 OK", |_| "<html>".to_owned()),
                "another service responds there",
            ),
            (
                impostor("200 OK", |_| {
                    r#"{"issuer":"https://other.example.org"}"#.to_owned()
                }),
                "set the same issuer in both",
            ),
        ] {
            let report = ask(&program, &[("DOORWARD_ISSUER", &issuer)]);
            assert_eq!(report.found(), [("issuer", "bad")], "{:?}", report.lines);
            report.says("issuer", "bad", values);
        }
    });
}

#[test]
fn unfetchable_keys_are_distinguished() {
    stack::block_on(async {
        let program = healthy(Backend::SqliteMemory).await;
        let closed = format!("http://127.0.0.1:{}", free_port());
        let nameless = impostor("200 OK", |origin| json!({ "issuer": origin }).to_string());
        let silent = impostor("200 OK", |origin| {
            json!({ "issuer": origin, "jwks_uri": closed }).to_string()
        });
        for (issuer, values) in [
            (nameless, "update the server at the issuer"),
            (silent, "clients verify tokens with these keys"),
        ] {
            let report = ask(&program, &[("DOORWARD_ISSUER", &issuer)]);
            let found = report.found();
            assert_eq!(found, [("published keys", "bad")], "{:?}", report.lines);
            report.says("published keys", "bad", values);
        }
    });
}

#[test]
fn server_with_different_database_has_different_key() {
    stack::block_on(async {
        let [one, other] = [
            healthy(Backend::SqliteMemory).await,
            healthy(Backend::SqliteMemory).await,
        ];
        let report = ask(&one, &[("DOORWARD_ISSUER", &other.issuer)]);
        assert_eq!(
            report.found(),
            [("published keys", "bad")],
            "{:?}",
            report.lines
        );
        report.says("published keys", "bad", "compare database.url");
    });
}
