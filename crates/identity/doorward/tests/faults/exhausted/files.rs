//! Files: too many connections, and no descriptor at all.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::collector::Collector;
use doorward_testkit::process::Resource;
use doorward_testkit::program::Program;
use doorward_testkit::relay::Relay;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, UserAgent, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;
use tokio::net::TcpStream;

use super::super::app::{App, Seen, token};
use super::super::dependency::{SETTINGS, apps, assert_sessions_remain};
use super::super::ledger::{Working, verify};
use super::super::{CHEAP, binary};
use super::{Watch, outage, until_linked, until_whole};

/// The soft limit of the trial, and more connections than that.
const FILES: u64 = 192;
const IDLE: usize = 400;

#[test]
fn r38_soft_limit_of_files_is_raised() {
    stack::block_on(idle("-S", false));
}

#[test]
fn r38_idle_connections_leave_files_for_others() {
    stack::block_on(idle("", true));
}

#[test]
fn r38_service_recovers_from_exhausted_files_sqlite_memory() {
    stack::block_on(exhausted(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r38_service_recovers_from_exhausted_files_postgres_redis() {
    stack::block_on(exhausted(Backend::PostgresRedis, "postgres"));
}

/// Opens more connections without a request than the limit that these options of `ulimit` set.
async fn idle(options: &str, is_hard: bool) {
    let trial = Trial::new("R38", "sqlite");
    let place = tempfile::tempdir().unwrap();
    let script = place.path().join("doorward");
    let program = binary().display().to_string();
    let text = format!("#!/bin/sh\nulimit {options} -n {FILES}\nexec '{program}' \"$@\"\n");
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    let program = Program::start(&script, Backend::SqliteMemory, &CHEAP).await;
    let (soft, hard) = program.process.limits(Resource::Nofile);
    assert_eq!(soft, hard);
    assert_eq!(hard == Some(FILES), is_hard, "{hard:?}");
    let app = App::new(&program, "alice").await;
    let origin = program.issuer.clone();
    let code = app.code().await.expect("a code");
    let address = origin.trim_start_matches("http://").to_owned();
    let mut idle = Vec::new();
    for number in 0..IDLE {
        idle.push(TcpStream::connect(&address).await.expect("a connection"));
        if number % 50 == 49 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    // On the connection that was open before. A commit needs no descriptor.
    let (status, body) = app.redeem(&origin, &code).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let refresh = token(&body, "refresh_token");
    let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let most_open = program.process.open_files();
    drop(idle);
    let whole = until_whole(&trial, &program, Instant::now()).await;
    assert!(
        !program.output().contains("panicked"),
        "{}",
        program.output()
    );
    trial.done(json!({
        "files": soft, "idle": IDLE, "open_files": most_open, "whole_ms": whole.as_millis(),
    }));
}

/// Takes all descriptors for a time, and breaks the connections that must be opened again.
async fn exhausted(backend: Backend, store: &'static str) {
    let trial = Trial::new("R38", store);
    let mut storage = Storage::create(backend).await;
    let mut relays = Vec::new();
    if backend == Backend::PostgresRedis {
        let redis = storage.redis.as_mut().expect("a Redis");
        for url in [&mut storage.identity, redis] {
            let relay = Relay::before(url).await;
            url.clone_from(&relay.url);
            relays.push(relay);
        }
    }
    let (collector, (mail, mails)) = (Collector::start(), mail_server(Vec::new()));
    let place = tempfile::tempdir().unwrap();
    let stream = place.path().join("audit.jsonl");
    let mut settings = SETTINGS.to_vec();
    settings.push(("DOORWARD_SMTP_URL", &mail));
    settings.push(("DOORWARD__TELEMETRY__OTLP_ENDPOINT", &collector.endpoint));
    settings.push(("DOORWARD__AUDIT__STREAMS__FILE", stream.to_str().unwrap()));
    let program = Program::start_with_storage(&binary(), storage, &settings).await;
    let apps = apps(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (working, watch) = (
        Working::begin(&program, &apps, &mut chance),
        Watch::begin(program.at("/readyz")),
    );
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    // Fewer than are open: each further one is refused.
    let former = program.process.limit(Resource::Nofile, Some(8));
    relays.iter().for_each(Relay::reset);
    tokio::time::sleep(outage(&trial)).await;
    program.process.limit(Resource::Nofile, former);
    let ended = Instant::now();
    let whole = until_whole(&trial, &program, ended).await;
    let known = working.end().await;
    let named = watch
        .named((began, ended), ("files", "exhausted", 503))
        .await;
    let seen: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    assert_sessions_remain(&seen, store);
    let during = seen
        .iter()
        .filter(|seen| (began..ended).contains(&seen.asked));
    let (answered, unavailable): (Vec<&Seen>, Vec<&Seen>) = during.partition(|seen| seen.is_good());
    if backend == Backend::SqliteMemory {
        // Everything that a commit needs is open. Only large statements need temporary files: there are some
        // within a minute.
        let may_be_unavailable = trial.is_release() || unavailable.is_empty();
        let rejected = unavailable
            .iter()
            .all(|seen| seen.status == Some(503) && seen.says_when);
        assert!(
            answered.len() > 10 && may_be_unavailable && rejected,
            "{:?}",
            unavailable.first()
        );
    }
    for (app, known) in apps.iter().zip(known) {
        verify(app, &program.issuer, &known, store).await;
    }
    until_linked(&program).await;
    expect_consumers(&program, &mails, &collector, &stream).await;
    assert!(
        !program.output().contains("panicked"),
        "{}",
        program.output()
    );
    trial.done(json!({
        "exhausted": "files", "during": answered.len(), "unavailable": unavailable.len(),
        "named_ms": named.as_millis(), "whole_ms": whole.as_millis(),
    }));
}

/// Expects that a mail is sent, a trace is exported, and the stream of the audit log has its last events.
async fn expect_consumers(
    program: &Program,
    mails: &Receiver<String>,
    collector: &Collector,
    stream: &std::path::Path,
) {
    while mails.try_recv().is_ok() {}
    let length = || std::fs::metadata(stream).map_or(0, |found| found.len());
    let before = length();
    let agent = UserAgent::new();
    let page = agent.get(program.at("/forgot-password")).await;
    let form = page.form("form:has([name=identifier])");
    let page = agent.submit(&form.with("identifier", "mona")).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let (started, mut is_mailed) = (Instant::now(), false);
    while !is_mailed || length() <= before {
        is_mailed = is_mailed || mails.try_recv().is_ok();
        let in_time = started.elapsed() < Duration::from_secs(20);
        assert!(
            in_time,
            "mailed: {is_mailed}, {} bytes: {}",
            length(),
            program.output()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    collector.wait_for(|span| span.name.contains("/forgot-password"));
}
