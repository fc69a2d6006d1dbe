//! Space on the disk. Sign-ins that fail for it do not count as attempts of their user.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, PASSWORD, UserAgent, stack};
use serde_json::json;

use super::super::app::{App, token};
use super::super::dependency::SETTINGS;
use super::super::disk::{fill, on_small_disk};
use super::{Watch, outage, until_linked, until_whole};

/// More than the sign-ins to one account in a minute.
const ATTEMPTS: usize = 8;

#[test]
fn r38_service_recovers_from_full_disk() {
    stack::block_on(exhausted());
}

async fn exhausted() {
    let trial = Trial::new("R38", "sqlite");
    let storage = Storage::create(Backend::SqliteMemory).await;
    let (_place, script, directory) = on_small_disk(&storage);
    let mut settings = SETTINGS.to_vec();
    settings.push(("DOORWARD__LIMITS__MULTIPLIER", "1"));
    let program = Program::start_with_storage(&script, storage, &settings).await;
    let (app, origin) = (App::new(&program, "alice").await, program.issuer.clone());
    let code = app.code().await.expect("a code");
    let (_, body) = app.redeem(&origin, &code).await.expect("an answer");
    let refresh = token(&body, "refresh_token");
    let watch = Watch::begin(program.at("/readyz"));
    let root = PathBuf::from(format!("/proc/{}/root", program.process.id()));
    let ballast = directory.strip_prefix("/").unwrap();
    let ballast = root.join(ballast).join("ballast");
    fill(&ballast);
    let began = Instant::now();
    // Until the space that the write-ahead log already has is full.
    let mut requests = 0;
    while app.refresh(&origin, &refresh).await.expect("an answer").0 == 200 {
        requests += 1;
        assert!(requests < 2_000, "the full disk caused no error");
        app.code().await;
    }
    for attempt in 0..ATTEMPTS {
        let agent = UserAgent::new();
        let page = agent.get(program.at("/login")).await;
        let form = page.form("form:has([name=password])");
        let form = form.with("identifier", "bob").with("password", PASSWORD);
        let page = agent.submit(&form).await;
        assert_eq!(page.status, 503, "attempt {attempt}: {}", page.dump());
        assert!(page.headers.contains_key("retry-after"));
    }
    tokio::time::sleep(outage(&trial).saturating_sub(began.elapsed())).await;
    let ended = Instant::now();
    std::fs::remove_file(&ballast).unwrap();
    let whole = until_whole(&trial, &program, ended).await;
    let named = watch
        .named((began, ended), ("database", "disk full", 503))
        .await;
    assert!(named <= Duration::from_secs(2), "{named:?}");
    let (status, body) = app.refresh(&origin, &refresh).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    until_linked(&program).await;
    assert!(
        !program.output().contains("panicked"),
        "{}",
        program.output()
    );
    trial.done(json!({
        "exhausted": "disk", "sign_ins": ATTEMPTS, "named_ms": named.as_millis(),
        "whole_ms": whole.as_millis(),
    }));
}
