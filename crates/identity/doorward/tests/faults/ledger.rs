//! The state acknowledged to a client, and the checks of it after a failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_testkit::program::Program;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::app::{Answer, App, token};

/// The state acknowledged to one client.
#[derive(Default)]
pub struct Ledger {
    /// Refresh tokens that were issued and not revoked.
    pub live: Vec<String>,
    /// Refresh tokens whose use got no response: a retry must succeed.
    pub asked: Vec<String>,
    /// Tokens whose revocation was acknowledged.
    pub revoked: Vec<String>,
    /// Codes whose exchange was acknowledged.
    pub spent: Vec<String>,
    /// The number of acknowledgements.
    pub acknowledged: usize,
}

impl Ledger {
    /// Returns the state acknowledged at that time, without the effects of later requests.
    pub fn at(grants: &[Grant], time: SystemTime) -> Self {
        let mut known = Self::default();
        for grant in grants {
            known.acknowledged += usize::from(grant.issued <= time);
            let Some(first) = grant.redeemed.told(time) else {
                continue;
            };
            known.acknowledged += 1;
            known.spent.push(grant.code.clone());
            let mut last = first;
            if let Some(refreshed) = grant
                .refreshed
                .as_ref()
                .and_then(|requested| requested.by(time))
            {
                let Some(next) = refreshed.told(time) else {
                    known.asked.push(first.clone());
                    continue;
                };
                known.acknowledged += 1;
                last = next;
            }
            match grant
                .revoked
                .as_ref()
                .and_then(|requested| requested.by(time))
            {
                None => known.live.push(last.clone()),
                Some(revoked) if revoked.told(time).is_some() => {
                    known.acknowledged += 1;
                    known.revoked.push(last.clone());
                }
                Some(_) => {}
            }
        }
        known
    }
}

/// Returns the time of the clock that `strace` uses, to order external events with those of the
/// program.
pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(SystemClock.nanos())
}

/// A request and its acknowledgement.
struct Acknowledged<T> {
    at: SystemTime,
    told: Option<(SystemTime, T)>,
}

impl<T> Acknowledged<T> {
    /// Sends the request and records its times.
    async fn of(asking: impl Future<Output = Option<T>>) -> Self {
        let at = now();
        let error = asking.await.map(|error| (now(), error));
        Self { at, told: error }
    }

    /// Returns the request if it was sent by that time.
    fn by(&self, time: SystemTime) -> Option<&Self> {
        Some(self).filter(|requested| requested.at <= time)
    }

    /// Returns the acknowledgement if it was received by that time.
    fn told(&self, time: SystemTime) -> Option<&T> {
        let received = self.told.as_ref().filter(|(at, _)| *at <= time);
        received.map(|(_, received)| received)
    }
}

/// A code and its tokens; each response is a refresh token.
pub struct Grant {
    code: String,
    issued: SystemTime,
    redeemed: Acknowledged<String>,
    refreshed: Option<Acknowledged<String>>,
    revoked: Option<Acknowledged<()>>,
}

impl Grant {
    /// Returns the times of the acknowledgements.
    pub fn told(&self) -> impl Iterator<Item = SystemTime> {
        let tokens = [Some(&self.redeemed), self.refreshed.as_ref()];
        let tokens = tokens.into_iter().flatten();
        let tokens = tokens.filter_map(|requested| requested.told.as_ref().map(|(at, _)| *at));
        let revoked = self.revoked.iter();
        tokens.chain(revoked.filter_map(|requested| requested.told.as_ref().map(|(at, ())| *at)))
    }
}

/// Returns the tokens, or `None` if the server was unavailable or responded with 503: the request
/// may have happened or not. Any other response fails the test.
fn settled(answer: Answer) -> Option<Value> {
    let (status, body) = answer?;
    if status == 503 {
        return None;
    }
    assert_eq!(status, 200, "{body}");
    Some(body)
}

/// Clients at work, until `over` is set.
pub struct Working {
    /// Stops the clients.
    pub over: Arc<AtomicBool>,
    apps: Vec<JoinHandle<Vec<Grant>>>,
}

impl Working {
    /// Starts the clients, each with a separate random generator.
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

    /// Stops the clients; returns the final state acknowledged to each.
    pub async fn end(self) -> Vec<Ledger> {
        let received = self.end_with_times().await;
        received
            .iter()
            .map(|grants| Ledger::at(grants, now()))
            .collect()
    }

    /// Stops the clients; returns the requests and acknowledgements of each, with their times.
    pub async fn end_with_times(self) -> Vec<Vec<Grant>> {
        self.over.store(true, Ordering::Relaxed);
        let mut known = Vec::new();
        for app in self.apps {
            known.push(app.await.expect("the client task succeeds"));
        }
        known
    }
}

/// Requests codes and tokens until `over` is set.
async fn work(
    app: Arc<App>,
    origin: String,
    mut chance: StdRng,
    over: Arc<AtomicBool>,
) -> Vec<Grant> {
    let mut known = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let Some(code) = app.code().await else {
            // A short pause before the next attempt.
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let issued = now();
        let refresh_token = |body: Value| token(&body, "refresh_token");
        let redeeming = app.redeem(&origin, &code);
        let redeemed = async { settled(redeeming.await).map(refresh_token) };
        let mut grant = Grant {
            redeemed: Acknowledged::of(redeemed).await,
            code,
            issued,
            refreshed: None,
            revoked: None,
        };
        use_grant(&app, &origin, &mut grant, &mut chance).await;
        known.push(grant);
    }
    known
}

/// Refreshes and revokes at random, until a request gets no response.
async fn use_grant(app: &App, origin: &str, grant: &mut Grant, chance: &mut StdRng) {
    let Some((_, refresh)) = &grant.redeemed.told else {
        return;
    };
    let mut refresh = refresh.clone();
    if chance.random_bool(0.7) {
        let asking = app.refresh(origin, &refresh);
        let next = async { settled(asking.await).map(|body| token(&body, "refresh_token")) };
        let next = grant.refreshed.insert(Acknowledged::of(next).await);
        let Some((_, next)) = &next.told else {
            return;
        };
        refresh.clone_from(next);
    }
    if chance.random_bool(0.3) {
        let asking = async { app.revoke(origin, &refresh).await.then_some(()) };
        let revoked = grant.revoked.insert(Acknowledged::of(asking).await);
        if revoked.told.is_some()
            && let Some(body) = settled(app.introspect(origin, &refresh).await)
        {
            assert_eq!(body["active"], false, "the token has just been revoked");
        }
    }
}

/// Checks that the stored state matches the acknowledged state.
pub async fn verify(app: &App, origin: &str, known: &Ledger, when: &str) {
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
        assert_eq!(
            status, 200,
            "{when}: a retry after a lost response failed: {body}"
        );
    }
}

/// Checks that no code works again. Must be the last check, because a replay revokes the code's
/// tokens.
pub async fn check_codes(app: &App, origin: &str, codes: &[String]) {
    for code in codes {
        let (status, body) = app.redeem(origin, code).await.expect("an answer");
        let seen = (status, &body["error"]);
        assert_eq!(seen, (400, &json!("invalid_grant")), "a code worked twice");
    }
}
