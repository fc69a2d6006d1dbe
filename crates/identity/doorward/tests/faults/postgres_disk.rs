//! Trial R9 with a full disk of PostgreSQL: that of its tables, so that it rejects writes that need
//! space, or that of its write-ahead log, so that it stops until there is space.

use std::time::Duration;

use doorward_testkit::backend::Storage;
use doorward_testkit::program::Program;
use doorward_testkit::small_postgres::{Disk, SmallPostgres};
use doorward_testkit::stack;
use doorward_testkit::trial::Trial;
use serde_json::json;

use super::app::{App, token};
use super::disk::fill;
use super::{CHEAP, binary};

#[test]
fn r9_full_disk_of_postgresql_stops_writes_alone() {
    stack::block_on(full(Disk::Tables));
}

#[test]
fn r9_full_log_disk_of_postgresql_is_temporary_outage() {
    stack::block_on(full(Disk::Log));
}

async fn full(disk: Disk) {
    let trial = Trial::new("R9", "postgres");
    let server = match SmallPostgres::start().await {
        Ok(server) => server,
        Err(why) => return trial.not_run(why),
    };
    let mut settings = CHEAP.to_vec();
    settings.push(("DOORWARD__TOKENS__REFRESH_GRACE", "60s"));
    let storage = Storage::at(&server.url).await;
    let program = Program::start_with_storage(&binary(), storage, &settings).await;
    let app = App::new(&program, "alice").await;
    let (origin, rounds) = (program.issuer.clone(), trial.size(1, 10));
    let ballast = server.disk(disk).join("ballast");
    let (mut requested, mut attempts) = (0, 0);
    for round in 0..rounds {
        let code = app.code().await.expect("a code");
        let (_, body) = app.redeem(&origin, &code).await.expect("an answer");
        let (access, refresh) = (token(&body, "access_token"), token(&body, "refresh_token"));
        fill(&ballast);
        app.seen();
        requested += until_refused(&app, &origin, &format!("round {round}")).await;
        for path in ["/oauth2/jwks", "/livez"] {
            let response = reqwest::get(program.at(path)).await.expect("an answer");
            assert_eq!(response.status(), 200, "round {round}: {path}");
        }
        let (status, body) = app.introspect(&origin, &access).await.expect("an answer");
        if disk == Disk::Tables || status != 503 {
            assert_eq!(
                (status, &body["active"]),
                (200, &json!(true)),
                "round {round}"
            );
        }
        let seen = app.seen();
        assert!(seen.iter().all(|one| one.status.is_some()), "{seen:?}");
        let unwell = seen.iter().filter(|seen| seen.status == Some(503));
        assert!(unwell.clone().all(|one| one.says_when), "{seen:?}");
        assert!(!seen.iter().any(|one| one.signs_out), "{seen:?}");
        let slowest = unwell.map(|unwell| unwell.took).max().unwrap_or_default();
        assert!(
            slowest <= trial.max_duration(1_000),
            "round {round}: 503 after {slowest:?}"
        );

        std::fs::remove_file(&ballast).unwrap();
        // PostgreSQL recovers without a restart of the program, and nothing is half done.
        let next = loop {
            let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
            if status == 200 {
                break token(&body, "refresh_token");
            }
            assert_eq!(status, 503, "round {round}: {body}");
            attempts += 1;
            assert!(attempts < 200 * (round + 1), "writes do not recover");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        // The pool checks each connection that was idle for a second.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let (status, body) = app.refresh(&origin, &next).await.expect("an answer");
        assert_eq!(status, 200, "round {round}: {body}");
        assert!(app.is_active(&origin, &access).await, "round {round}");
    }
    let verified = program.command(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
    let output = program.output();
    assert!(!output.contains("panicked"), "{output}");
    trial.done(json!({
        "disk": format!("{disk:?}").to_lowercase(), "rounds": rounds, "asked_until_refused": requested,
        "refused_after": attempts, "panics": 0,
    }));
}

/// Requests codes and tokens until one request is rejected; returns the number of requests.
async fn until_refused(app: &App, origin: &str, when: &str) -> usize {
    for asked in 0..3_000 {
        let Some(code) = app.code().await else {
            return asked;
        };
        let (status, body) = app.redeem(origin, &code).await.expect("an answer");
        if status == 503 {
            return asked;
        }
        assert_eq!(status, 200, "{when}: {body}");
    }
    panic!("{when}: the full disk caused no error");
}
