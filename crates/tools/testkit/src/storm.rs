//! Concurrent sign-ins against the real program, and their effect on memory, the health check, and
//! token requests without a password.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde::Serialize;

use crate::agent::encode;
use crate::program::Program;
use crate::seed::{PASSWORD, USERS};
use crate::{Page, UserAgent};

/// The size of the storm.
#[derive(Clone, Copy, Debug)]
pub struct Strength {
    /// Number of concurrent sign-ins.
    pub sign_ins: usize,
    /// Number of repetitions.
    pub rounds: usize,
    /// Duration of the measurement before the storm.
    pub calm: Duration,
}

#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Sign-ins that were sent.
    pub sign_ins: usize,
    /// Correct passwords that signed in.
    pub signed_in: usize,
    /// Wrong passwords that were rejected.
    pub refused: usize,
    /// Sign-ins above capacity: 503.
    pub busy: usize,
    /// Number of those without `Retry-After`.
    pub busy_without_retry_after: usize,
    /// Other or wrong responses.
    pub wrong: usize,
    /// Maximum number of concurrent hashes.
    pub permits: usize,
    /// Resident memory before the storm in megabytes.
    pub memory_base_mb: f64,
    /// Peak resident memory during the storm in megabytes.
    pub memory_peak_mb: f64,
    /// Limit of the peak: the base, the memory of the hashes, and 64 MB.
    pub memory_bound_mb: f64,
    /// Latency of the health check.
    pub livez: Latency,
    /// Latency of client-credentials tokens.
    pub token: Latency,
}

/// Latencies before and during the storm in milliseconds, as seen by the client.
#[derive(Clone, Debug, Serialize)]
pub struct Latency {
    /// Number of measurements during the storm.
    pub samples: usize,
    /// Median before the storm.
    pub calm_p50_ms: f64,
    /// 99th percentile before the storm.
    pub calm_p99_ms: f64,
    /// Median during the storm.
    pub storm_p50_ms: f64,
    /// 99th percentile during the storm.
    pub storm_p99_ms: f64,
    /// Ratio of `storm_p99_ms` to `calm_p99_ms`.
    pub p99_ratio: f64,
}

impl Latency {
    fn new(calm: Vec<Duration>, storm: Vec<Duration>) -> Self {
        let samples = storm.len();
        let [calm, storm] = [calm, storm].map(|mut all| {
            all.sort_unstable();
            all
        });
        let at = |all: &[Duration], share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "counts are small"
            )]
            let index = ((all.len() as f64 * share) as usize).min(all.len() - 1);
            all[index].as_secs_f64() * 1e3
        };
        Self {
            samples,
            calm_p50_ms: at(&calm, 0.5),
            calm_p99_ms: at(&calm, 0.99),
            storm_p50_ms: at(&storm, 0.5),
            storm_p99_ms: at(&storm, 0.99),
            p99_ratio: at(&storm, 0.99) / at(&calm, 0.99),
        }
    }
}

impl Outcome {
    /// Returns true if memory stayed within its limit.
    pub fn memory_holds(&self) -> bool {
        self.memory_peak_mb <= self.memory_bound_mb
    }
}

/// Signs in many times at once, with correct and wrong passwords in turn.
pub async fn blow(program: &Program, strength: Strength) -> Outcome {
    blow_at(program, program, strength).await
}

/// Sends the sign-ins to `target` and measures `program`. With different programs this shows the
/// effect of the storm and its five hundred clients on any process of the machine.
pub async fn blow_at(target: &Program, program: &Program, strength: Strength) -> Outcome {
    let door = Arc::new(Door::open(target).await);
    // Everything is loaded and warm before the measurement.
    door.sign_in(0).await;
    let probes = [Probe::livez(program), Probe::token(program)];
    for probe in &probes {
        probe.begin(&stop_after(strength.calm / 4)).await;
    }
    let mut calm = Vec::new();
    for probe in &probes {
        calm.push(probe.begin(&stop_after(strength.calm)).await);
    }
    program.process.reset_peak();
    let memory_base_mb = program.process.resident();

    let over = Arc::new(AtomicBool::new(false));
    let measured = join_all(probes.iter().map(|probe| probe.begin(&over)));
    let storm = async {
        let mut answers = Vec::new();
        for _ in 0..strength.rounds {
            // On the runtime's own threads, which have a lower priority: see the program's `main`.
            let round = (0..strength.sign_ins).map(|number| {
                let door = Arc::clone(&door);
                tokio::spawn(async move { door.sign_in(number).await })
            });
            let round = join_all(round).await;
            answers.extend(round.into_iter().map(|page| page.expect("an answer")));
        }
        over.store(true, Ordering::Release);
        answers
    };
    let (measured, answers) = futures_util::future::join(measured, storm).await;
    let memory_peak_mb = program.process.peak();

    let [livez, token] = calm
        .into_iter()
        .zip(measured)
        .map(|(calm, storm)| Latency::new(calm, storm))
        .collect::<Vec<_>>()
        .try_into()
        .expect("two probes");
    let mut outcome = Outcome {
        sign_ins: answers.len(),
        signed_in: 0,
        refused: 0,
        busy: 0,
        busy_without_retry_after: 0,
        wrong: 0,
        permits: permits(program),
        memory_base_mb,
        memory_peak_mb,
        memory_bound_mb: memory_base_mb + hashes_mb(program) + 64.0,
        livez,
        token,
    };
    for (number, page) in answers.iter().enumerate() {
        outcome.note(number % strength.sign_ins, page);
    }
    outcome
}

impl Outcome {
    fn note(&mut self, number: usize, page: &Page) {
        match (page.status, is_right(number)) {
            (303, true) => self.signed_in += 1,
            (401, false) => self.refused += 1,
            (503, _) => {
                self.busy += 1;
                let wait = page
                    .header("retry-after")
                    .and_then(|it| it.parse::<u32>().ok());
                self.busy_without_retry_after += usize::from(wait.is_none_or(|wait| wait == 0));
            }
            _ => self.wrong += 1,
        }
    }
}

/// Returns the server's number of concurrent hashes: one for each core, within the memory budget.
fn permits(program: &Program) -> usize {
    let passwords = &program.config.passwords;
    let fitting = passwords.hash_memory_budget_kib / passwords.hash_memory_kib;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores
        .min(usize::try_from(fitting).unwrap_or(usize::MAX))
        .max(1)
}

#[expect(clippy::cast_precision_loss, reason = "a handful")]
fn hashes_mb(program: &Program) -> f64 {
    let one = f64::from(program.config.passwords.hash_memory_kib) * 1024.0 / 1e6;
    permits(program) as f64 * one
}

const fn is_right(number: usize) -> bool {
    number.is_multiple_of(2)
}

/// The sign-in form of one browser, which can be sent repeatedly.
struct Door {
    http: reqwest::Client,
    action: String,
    origin: String,
    cookie: String,
    fields: Vec<(String, String)>,
}

impl Door {
    async fn open(program: &Program) -> Self {
        let page = UserAgent::new().get(program.at("/login")).await;
        let cookies = page.headers.get_all("set-cookie").iter();
        let pair = |value: &reqwest::header::HeaderValue| {
            let text = value.to_str().expect("a cookie");
            text.split(';').next().unwrap_or_default().to_owned()
        };
        let form = page.form("form:has([name=password])");
        Self {
            // Without cookies: each sign-in is independent.
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            action: form.action.to_string(),
            origin: program.issuer.clone(),
            cookie: cookies.map(pair).collect::<Vec<_>>().join("; "),
            fields: form.fields,
        }
    }

    async fn sign_in(&self, number: usize) -> Page {
        let (name, _) = USERS[number % USERS.len()];
        let password = if is_right(number) {
            PASSWORD
        } else {
            "a wrong password"
        };
        let typed = [("identifier", name), ("password", password)];
        let stored = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let stored = stored.filter(|(name, _)| typed.iter().all(|(other, _)| other != name));
        let request = self
            .http
            .post(&self.action)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.origin)
            .header("sec-fetch-site", "same-origin")
            .header("cookie", &self.cookie)
            .body(encode(stored.chain(typed)));
        Page::fetch(request).await.expect("a whole answer")
    }
}

/// A request that is repeated on a separate connection and thread: this measures the server, not
/// the five hundred clients in this process.
#[derive(Clone)]
struct Probe {
    request: Arc<dyn Fn(&UserAgent) -> reqwest::RequestBuilder + Send + Sync>,
}

impl Probe {
    fn livez(program: &Program) -> Self {
        let url = program.at("/livez");
        let request = Arc::new(move |agent: &UserAgent| agent.http().get(&url));
        Self { request }
    }

    fn token(program: &Program) -> Self {
        let url = program.at("/oauth2/token");
        let service = program.seed.service.clone();
        let request = Arc::new(move |agent: &UserAgent| {
            let fields = [
                ("grant_type", "client_credentials"),
                ("scope", "tasks:read"),
            ];
            service.request(agent.http(), &url, &fields)
        });
        Self { request }
    }

    /// Sends requests until `over`. Returns their durations.
    async fn begin(&self, over: &Arc<AtomicBool>) -> Vec<Duration> {
        let (probe, over) = (self.clone(), Arc::clone(over));
        let (done, result) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let latencies = runtime.expect("a runtime").block_on(probe.until(&over));
            done.send(latencies).expect("a receiver");
        });
        result.await.expect("the probe ended well")
    }

    async fn until(&self, over: &AtomicBool) -> Vec<Duration> {
        let agent = UserAgent::new();
        let mut latencies = Vec::new();
        while !over.load(Ordering::Acquire) {
            let request = (self.request)(&agent);
            let start = Instant::now();
            let page = agent.send(request).await;
            latencies.push(start.elapsed());
            assert_eq!(page.status, 200, "{}", page.dump());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        latencies
    }
}

fn stop_after(time: Duration) -> Arc<AtomicBool> {
    let over = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&over);
    tokio::spawn(async move {
        tokio::time::sleep(time).await;
        set.store(true, Ordering::Release);
    });
    over
}
