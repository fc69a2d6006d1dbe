//! What one app knows for certain, and what has to be so when all is well again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use doorward_testkit::program::Program;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::app::{Answer, App, token};

/// What was acknowledged to one app.
#[derive(Default)]
pub struct Ledger {
    /// Refresh tokens that the server has given out, and not taken back.
    pub live: Vec<String>,
    /// Refresh tokens whose use went unanswered: an honest repeat has to work.
    pub asked: Vec<String>,
    /// Tokens that the server has said are revoked.
    pub revoked: Vec<String>,
    /// Codes that the server has taken.
    pub spent: Vec<String>,
    /// How many answers said that something was done.
    pub acknowledged: usize,
}

/// Tokens, or nothing where the server was not there or said that something is away (503): it may have
/// happened or not. Every other answer is wrong.
fn settled(answer: Answer) -> Option<Value> {
    let (status, body) = answer?;
    if status == 503 {
        return None;
    }
    assert_eq!(status, 200, "{body}");
    Some(body)
}

/// Apps at work, until they are told to stop.
pub struct Working {
    /// Whether they are told so.
    pub over: Arc<AtomicBool>,
    apps: Vec<JoinHandle<Ledger>>,
}

impl Working {
    /// Each with a chance of its own.
    pub fn begin(program: &Program, apps: &[Arc<App>], chance: &mut StdRng) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let apps = apps.iter().map(|app| {
            let chance = StdRng::seed_from_u64(chance.random());
            let origin = program.issuer.clone();
            tokio::spawn(work(Arc::clone(app), origin, chance, Arc::clone(&over)))
        });
        Self {
            apps: apps.collect(),
            over,
        }
    }

    /// What each app knows in the end.
    pub async fn end(self) -> Vec<Ledger> {
        self.over.store(true, Ordering::Relaxed);
        let mut known = Vec::new();
        for one in self.apps {
            known.push(one.await.expect("an app that goes on"));
        }
        known
    }
}

/// Works until it is told to stop.
async fn work(app: Arc<App>, origin: String, mut chance: StdRng, over: Arc<AtomicBool>) -> Ledger {
    let mut known = Ledger::default();
    while !over.load(Ordering::Relaxed) {
        let Some(code) = app.code().await else {
            // An app does not ask again at once.
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        known.acknowledged += 1;
        let Some(body) = settled(app.redeem(&origin, &code).await) else {
            continue;
        };
        known.acknowledged += 1;
        known.spent.push(code);
        let mut refresh = token(&body, "refresh_token");
        if chance.random_bool(0.7) {
            let Some(body) = settled(app.refresh(&origin, &refresh).await) else {
                known.asked.push(refresh);
                continue;
            };
            known.acknowledged += 1;
            refresh = token(&body, "refresh_token");
        }
        if chance.random_bool(0.3) {
            if app.revoke(&origin, &refresh).await {
                known.acknowledged += 1;
                let answer = app.introspect(&origin, &refresh).await;
                if let Some(body) = settled(answer) {
                    assert_eq!(body["active"], false, "revoked a moment ago");
                }
                known.revoked.push(refresh);
            }
            continue;
        }
        known.live.push(refresh);
    }
    known
}

/// Holds what is there against what was acknowledged.
pub async fn judge(app: &App, origin: &str, known: &Ledger, when: &str) {
    for refresh in &known.live {
        let active = app.is_active(origin, refresh).await;
        assert!(active, "{when}: an issued token is lost");
    }
    for refresh in &known.revoked {
        let active = app.is_active(origin, refresh).await;
        assert!(!active, "{when}: a revocation is lost");
    }
    for refresh in &known.asked {
        let (status, body) = app.refresh(origin, refresh).await.expect("an answer");
        assert_eq!(status, 200, "{when}: signed out by a lost answer: {body}");
    }
}

/// No code is good a second time. Last of all, because it kills what hangs on them.
pub async fn judge_codes(app: &App, origin: &str, codes: &[String]) {
    for code in codes {
        let (status, body) = app.redeem(origin, code).await.expect("an answer");
        let seen = (status, &body["error"]);
        assert_eq!(seen, (400, &json!("invalid_grant")), "redeemed twice");
    }
}
