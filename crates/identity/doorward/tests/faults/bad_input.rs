//! Trial R15: invalid requests of every kind, to every address, by every kind of caller. Each gets
//! an error response in time, in the format of the endpoint; none makes the program fail, and none
//! leaves memory allocated.
//!
//! `doorward serve` does not serve the tasks API, which is a separate program (`doorward tasks`):
//! the fixed corpus of `oidc/bad_input.rs` covers invalid requests to it.

mod body;
mod callers;
mod generator;
mod headers;
mod parts;
mod raw;
mod response_check;
mod targets;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, Page, seed, stack};
use serde_json::json;

use self::callers::Callers;
use self::generator::Request;
use self::parts::RequestRng;
use self::targets::Targets;
use super::app::App;
use super::{CHEAP, binary};

/// The number of concurrent requests.
const WORKERS: usize = 8;
/// The number of requests after which a worker checks that its user is still signed in.
const SIGN_IN_CHECK_INTERVAL: usize = 25;
/// The share of requests over a raw socket instead of an HTTP library: 1 in this many.
const RAW: usize = 40;

/// The number of failures after which a worker stops.
const ENOUGH: usize = 5;

/// Enables dynamic registration and mailed codes, so that more can fail than by default.
const SETTINGS: [(&str, &str); 6] = [
    CHEAP[0],
    CHEAP[1],
    ("DOORWARD__API__DEFAULT_CLIENT", seed::APP),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "open"),
    ("DOORWARD__CLIENT_REGISTRATION__REDIRECT_HOSTS", "localhost"),
    ("DOORWARD__LOGIN__EMAIL_CODE", "true"),
];

#[test]
fn r15_invalid_input_gets_error_sqlite_memory() {
    stack::block_on(wrong(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r15_invalid_input_gets_error_postgres_redis() {
    stack::block_on(wrong(Backend::PostgresRedis, "postgres"));
}

/// The shared state of the workers.
struct World {
    places: Targets,
    authority: String,
    seed: u64,
    many: usize,
    most: Duration,
    next: AtomicUsize,
}

/// The results of a worker.
#[derive(Default)]
struct Seen {
    /// Responses by status; 0 if a connection was closed without a response to invalid HTTP.
    statuses: BTreeMap<u16, usize>,
    /// The number of requests to operations of the `OpenAPI` document.
    described: usize,
    /// The number of invalid responses.
    failed: usize,
    took: Vec<Duration>,
}

async fn wrong(backend: Backend, store: &'static str) {
    let trial = Trial::new("R15", store);
    let (smtp, _letters) = mail_server(Vec::new());
    let mut settings = SETTINGS.to_vec();
    settings.push(("DOORWARD_SMTP_URL", &smtp));
    let program = Program::start(&binary(), backend, &settings).await;
    let world = Arc::new(World {
        places: Targets::new(&program).await,
        authority: program.issuer.trim_start_matches("http://").to_owned(),
        seed: trial.seed,
        many: trial.size(1_200, 50_000),
        most: trial.max_duration(2_000),
        next: AtomicUsize::new(0),
    });
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        let (http, name) = (client(1), format!("asker-{number}"));
        let askers = Callers::new(&program, http.clone(), &name).await;
        workers.push(work(Arc::clone(&world), askers, http));
    }
    let base = program.process.resident();
    let began = Instant::now();
    let working: Vec<_> = workers.into_iter().map(tokio::spawn).collect();
    let mut seen = Seen::default();
    for item in working {
        seen.add(item.await.expect("the worker succeeds"));
    }
    assert_eq!(seen.failed, 0, "invalid responses, printed above");
    let lasted = began.elapsed();
    let peak = program.process.peak();
    let after = at_rest(&program, base + SLACK).await;
    App::new(&program, "bob").await;
    let output = program.output();
    let panic = output.lines().find(|line| line.contains("panicked"));
    assert_eq!(panic, None);
    let classes = seen.verify(world.many);
    assert!(after <= base + SLACK, "{base} MB before, {after} MB after");
    trial.done(json!({
        "requests": world.many, "places": world.places.count(), "statuses": seen.statuses,
        "classes": classes, "described": seen.described, "p99_ms": p99(&mut seen.took),
        "slowest_ms": seen.took.last().map(Duration::as_millis), "lasted_s": lasted.as_secs(),
        "base_mb": base, "peak_mb": peak, "after_mb": after,
    }));
}

/// The memory that may remain allocated, in megabytes: caches and pools that were empty at first.
const SLACK: f64 = 60.0;

/// Returns an HTTP client without cookies, with at most this many idle connections.
fn client(connections: usize) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(connections)
        .no_proxy()
        .timeout(Duration::from_mins(1))
        .build()
        .expect("a client")
}

async fn work(world: Arc<World>, mut askers: Callers, http: reqwest::Client) -> Seen {
    let mut seen = Seen::default();
    // A request that the parser rejects ends its connection, so it must not share one.
    let apart = client(0);
    loop {
        let number = world.next.fetch_add(1, Ordering::Relaxed);
        if number >= world.many {
            return seen;
        }
        if number.is_multiple_of(RAW) {
            let mut chance = RequestRng::new(world.seed, number);
            let status = raw::send(&world.authority, &mut chance, world.most).await;
            *seen.statuses.entry(status.unwrap_or(0)).or_default() += 1;
            continue;
        }
        let request = Request::draw(world.seed, number, &world.places, &askers);
        let asked = Instant::now();
        let http = if request.is_overfull { &apart } else { &http };
        let answer = Page::fetch(request.to_builder(http)).await;
        let took = asked.elapsed();
        if request.is_overfull && answer.is_err() {
            // The library's parser responds to such a head and stops reading: a client that still
            // sends its body may not receive the response (RFC 9112 §9.6).
            *seen.statuses.entry(0).or_default() += 1;
            continue;
        }
        let held = catch_unwind(AssertUnwindSafe(|| {
            let _told = FailureReport(&request, world.seed);
            let page = answer.unwrap_or_else(|error| panic!("no answer: {error:?}"));
            response_check::verify(&request, &page, took, world.most);
            page.status
        }));
        match held {
            Ok(status) => *seen.statuses.entry(status).or_default() += 1,
            Err(_) => seen.failed += 1,
        }
        if seen.failed == ENOUGH {
            return seen;
        }
        seen.described += usize::from(request.is_described);
        seen.took.push(took);
        if seen.took.len().is_multiple_of(SIGN_IN_CHECK_INTERVAL) {
            askers.renew().await;
        }
    }
}

/// Prints the whole request if the check of its response fails.
struct FailureReport<'a>(&'a Request, u64);

impl Drop for FailureReport<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}, {}", self.1, self.0);
        }
    }
}

impl Seen {
    fn add(&mut self, other: Self) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.described += other.described;
        self.failed += other.failed;
        self.took.extend(other.took);
    }

    /// Asserts that most requests were rejected, and few for exceeding a limit; returns the number
    /// per status class.
    fn verify(&self, many: usize) -> BTreeMap<u16, usize> {
        let mut classes = BTreeMap::new();
        for (status, count) in &self.statuses {
            *classes.entry(status / 100).or_default() += count;
        }
        let of = |class: u16| classes.get(&class).copied().unwrap_or(0);
        assert_eq!(self.statuses.values().sum::<usize>(), many);
        assert_eq!(of(5), 0);
        assert!(of(4) * 100 >= many * 75, "{classes:?} of {many}");
        let limited = self.statuses.get(&429).copied().unwrap_or(0);
        assert!(
            limited * 100 <= many,
            "{limited} of {many} exceeded a limit"
        );
        classes
    }
}

/// Returns the resident memory in megabytes, at `enough` or below, or after ten seconds.
async fn at_rest(program: &Program, enough: f64) -> f64 {
    let began = Instant::now();
    loop {
        let resident = program.process.resident();
        if resident <= enough || began.elapsed() > Duration::from_secs(10) {
            return resident;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
