//! Trial R38: files, threads, disk, clock, name resolution or memory are exhausted for a time, under load.
//! The service is whole within ten seconds afterwards, without a restart, and `/readyz` names the cause
//! while it lasts. Without memory the program ends; its supervisor starts it, and nothing acknowledged is
//! lost.

mod clock;
mod files;
mod memory;
mod names;
mod space;
mod threads;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::trial::Trial;
use doorward_testkit::{PASSWORD, UserAgent, rows};
use serde_json::Value;
use tokio::task::JoinHandle;

/// Time within which the service is whole, in milliseconds.
const WHOLE: u64 = 10_000;

/// The duration of an outage: short in the test suite, a minute at the size of a release.
fn outage(trial: &Trial) -> Duration {
    trial.lasting(2_500, 60_000)
}

/// A response of `/readyz`.
struct Ready {
    at: Instant,
    status: u16,
    checks: Value,
}

/// Requests of `/readyz` on one connection, for which the server needs no further descriptor.
struct Watch {
    over: Arc<AtomicBool>,
    asking: JoinHandle<Vec<Ready>>,
}

impl Watch {
    fn begin(url: String) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let asking = tokio::spawn(async move {
            let (agent, mut seen) = (UserAgent::new(), Vec::new());
            while !ends.load(Ordering::Relaxed) {
                if let Ok(response) = agent.http().get(&url).send().await {
                    let status = response.status().as_u16();
                    let body: Value = response.json().await.unwrap_or_default();
                    seen.push(Ready {
                        at: Instant::now(),
                        status,
                        checks: body["checks"].clone(),
                    });
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            seen
        });
        Self { over, asking }
    }

    /// Ends the requests. Returns the time from `began` to the first response with this word in this check,
    /// which all responses from then until `ended` must have, with this status.
    async fn named(
        self,
        (began, ended): (Instant, Instant),
        (check, word, status): (&str, &str, u16),
    ) -> Duration {
        self.over.store(true, Ordering::Relaxed);
        let seen = self.asking.await.expect("the requests");
        let during = seen
            .iter()
            .filter(|ready| (began..ended).contains(&ready.at));
        let during = during.skip_while(|ready| ready.checks[check] != word);
        let during: Vec<_> = during.collect();
        let all: Vec<_> = seen.iter().map(|ready| &ready.checks).collect();
        let first = during.first();
        let first = first.unwrap_or_else(|| panic!("{check} is never {word}: {all:?}"));
        for ready in &during {
            let found = (&ready.checks[check], ready.status);
            assert_eq!(found, (&Value::from(word), status), "{}", ready.checks);
        }
        first.at - began
    }
}

/// Waits until a user can sign in with a new browser and `/readyz` reports no cause. Returns the time since
/// the end of the outage.
async fn until_whole(trial: &Trial, program: &Program, ended: Instant) -> Duration {
    let mut has_signed_in = false;
    loop {
        // Once: the rate of sign-ins is limited.
        has_signed_in = has_signed_in || signs_in(program).await;
        let ready = readiness(program).await;
        let is_whole = ready.as_ref().is_some_and(|(status, checks)| {
            let words = checks.as_object().expect("the checks").values();
            *status == 200 && words.into_iter().all(|word| word == "ok")
        });
        if is_whole && has_signed_in {
            return ended.elapsed();
        }
        let in_time = ended.elapsed() <= trial.max_duration(WHOLE);
        assert!(
            in_time,
            "{ready:?}, signs in: {has_signed_in}: {}",
            program.output()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Returns the status of `/readyz` and its checks; `None` without a response.
async fn readiness(program: &Program) -> Option<(u16, Value)> {
    let response = UserAgent::new().http().get(program.at("/readyz")).send();
    let response = tokio::time::timeout(Duration::from_secs(5), response);
    let response = response.await.ok()?.ok()?;
    let status = response.status().as_u16();
    let body: Value = response.json().await.ok()?;
    Some((status, body["checks"].clone()))
}

/// Signs a user in by password in a new browser. Returns true if that succeeds.
async fn signs_in(program: &Program) -> bool {
    let agent = UserAgent::new();
    let page = agent.get(program.at("/login")).await;
    let Some(form) = page.find_form("form:has([name=password])") else {
        return false;
    };
    let form = form.with("identifier", "bob").with("password", PASSWORD);
    agent.submit(&form).await.status == 303
}

/// Waits until each event of the audit log is linked to its chain, as the background work does.
async fn until_linked(program: &Program) {
    let started = Instant::now();
    loop {
        let waiting = "SELECT CAST(COUNT(*) AS TEXT) AS text FROM audit_waiting";
        let found = rows::query_text(&program.storage.identity, waiting).await;
        if found == ["0"] {
            return;
        }
        let in_time = started.elapsed() < Duration::from_secs(20);
        assert!(in_time, "{found:?} events wait: {}", program.output());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
