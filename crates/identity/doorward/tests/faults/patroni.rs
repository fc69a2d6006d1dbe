//! Trial R36: the primary of three PostgreSQL under Patroni fails under load: PostgreSQL is killed,
//! its machine is off, frozen, or partitioned. One process names the three hosts,
//! another one uses HAProxy. With a synchronous standby no acknowledged commit is lost, nothing is
//! accepted twice, and the observations of sixteen clients are linearizable.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorward_store::{Db, OpenOptions};
use doorward_testkit::backend::Storage;
use doorward_testkit::patroni::{Cluster, Failure};
use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::trial::{Trial, p50, p99};
use doorward_testkit::{Backend, stack};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::app::{App, token};
use super::binary;
use super::dependency::{SETTINGS, apps, assert_sessions_remain};
use super::history::{Clients, REQUESTS, join};
use super::ledger::{Ledger, Working, check_codes, verify};

/// Maximum duration of an outage. Later retries of a refresh would be reuse (`refresh_grace`).
const LONGEST: Duration = Duration::from_secs(45);
/// Duration of the frozen state, which is longer than Patroni's `ttl`.
const FROZEN: Duration = Duration::from_secs(40);
/// The two processes, by the way to their database.
const PROCESSES: [&str; 2] = ["three hosts", "HAProxy"];

#[test]
fn r36_requests_follow_primary_of_patroni() {
    stack::block_on(failed_over());
}

/// Returns the path of Patroni, which `cargo xtask trial R36` installs.
fn installed() -> Result<PathBuf, &'static str> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/patroni");
    let wanted = std::fs::read_to_string(sources.join("requirements.txt")).expect("the lock file");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("<target>/tmp");
    let place = target.join("faults/patroni");
    if std::fs::read_to_string(place.join("installed")).is_ok_and(|found| found == wanted) {
        Ok(place.join("bin/patroni"))
    } else {
        Err("Patroni is not installed: `cargo xtask trial R36` installs it")
    }
}

/// Starts the cluster, or returns the reason why it cannot run here.
pub(super) async fn start_cluster() -> Result<Cluster, &'static str> {
    Box::pin(Cluster::start(&installed()?)).await
}

/// A refresh family that one process extends without a pause.
struct Line {
    /// The times of the acknowledgements.
    acknowledged: Arc<Mutex<Vec<Instant>>>,
    task: JoinHandle<()>,
}

impl Line {
    fn begin(app: &Arc<App>, origin: &str, over: &Arc<AtomicBool>) -> Self {
        let acknowledged: Arc<Mutex<Vec<Instant>>> = Arc::default();
        let extending = extend(
            Arc::clone(app),
            origin.to_owned(),
            Arc::clone(&acknowledged),
            Arc::clone(over),
        );
        Self {
            task: tokio::spawn(extending),
            acknowledged,
        }
    }

    /// Returns true if a refresh was acknowledged after this time.
    fn continues_after(&self, time: Instant) -> bool {
        let acknowledged = self.acknowledged.lock().unwrap();
        acknowledged.last().is_some_and(|last| *last > time)
    }

    /// Returns the longest time without an acknowledgement that ended after the failure.
    fn outage(&self, failed: Instant) -> Duration {
        let acknowledged = self.acknowledged.lock().unwrap();
        let pairs = acknowledged.windows(2).filter(|pair| pair[1] > failed);
        let outages = pairs.map(|pair| pair[1].duration_since(pair[0]));
        outages.max().unwrap_or_default()
    }
}

/// Refreshes until `over` is set. An unacknowledged refresh is repeated. The last acknowledged token
/// must always be known: otherwise its commit is lost.
async fn extend(
    app: Arc<App>,
    origin: String,
    acknowledged: Arc<Mutex<Vec<Instant>>>,
    over: Arc<AtomicBool>,
) {
    let code = app.code().await.expect("a code");
    let answer = app.redeem(&origin, &code).await;
    let (status, body) = answer.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let mut refresh = token(&body, "refresh_token");
    while !over.load(Ordering::Relaxed) {
        match app.refresh(&origin, &refresh).await {
            Some((200, body)) => {
                refresh = token(&body, "refresh_token");
                acknowledged.lock().unwrap().push(Instant::now());
            }
            None | Some((503, _)) => {}
            Some(other) => panic!("{origin}: an acknowledged refresh is lost: {other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until both processes acknowledge refreshes that they receive after this time.
async fn continued(lines: &[Line], time: Instant, when: &str, cluster: &Cluster) {
    while !lines.iter().all(|line| line.continues_after(time)) {
        for (line, process) in lines.iter().zip(PROCESSES) {
            assert!(!line.task.is_finished(), "{when}: {process}: see above");
        }
        assert!(
            time.elapsed() < LONGEST,
            "{when}: the program does not recover:\n{}",
            cluster.logs()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Two processes on a cluster, and their clients.
struct Deployment {
    cluster: Cluster,
    program: Program,
    twin: PeerProcess,
    /// The origins of both processes.
    origins: [String; 2],
    /// The client of the line of each process.
    extending: [Arc<App>; 2],
    /// The clients that exchange, refresh and revoke.
    apps: Vec<Arc<App>>,
}

/// The observations in all failures.
#[derive(Default)]
struct Report {
    /// The outages by failure and process.
    outages: BTreeMap<(&'static str, &'static str), Vec<Duration>>,
    /// Failures after which another member is the primary.
    promoted: usize,
    acknowledged: usize,
    codes: usize,
    events: usize,
    unanswered: usize,
    /// The slowest response.
    slowest: Duration,
    /// The state acknowledged to the last client during each failure.
    kept: Vec<Ledger>,
}

impl Deployment {
    async fn start(cluster: Cluster) -> Self {
        let (url, balanced) = (cluster.url(), cluster.balanced_url());
        let db = Db::open(&url, OpenOptions::for_command()).await;
        let db = db.expect("the primary");
        db.migrate_with_snapshot(None).await.expect("the schema");
        db.close().await.expect("close");
        let mut settings = SETTINGS.to_vec();
        settings.push(("DOORWARD_DATABASE_URL", &url));
        // A code must not expire before its second use.
        settings.push(("DOORWARD__TOKENS__CODE_TTL", "10m"));
        let storage = Storage::create(Backend::PostgresRedis).await;
        let program = Program::start_with_storage(&binary(), storage, &settings).await;
        let changed = [("DOORWARD_DATABASE_URL", balanced.as_str())];
        let twin = program.twin_with(&changed).await;
        let mut apps = apps(&program).await;
        let extending = [apps.remove(0), Arc::new(App::new(&program, "bob").await)];
        Self {
            origins: [program.issuer.clone(), twin.origin.clone()],
            extending,
            apps,
            cluster,
            program,
            twin,
        }
    }

    /// Makes the primary fail under load, and checks everything that was acknowledged.
    async fn fail_over(
        &mut self,
        when: &str,
        failure: Failure,
        chance: &mut StdRng,
        report: &mut Report,
    ) {
        let over = Arc::new(AtomicBool::new(false));
        let processes = self.extending.iter().zip(&self.origins);
        let lines: Vec<_> = processes
            .map(|(app, origin)| Line::begin(app, origin, &over))
            .collect();
        continued(&lines, Instant::now(), when, &self.cluster).await;
        let clients = Clients::new(&self.program, &self.origins, chance).await;
        let working = Working::begin(&self.program, &self.apps, chance);
        let primary = self.cluster.primary().await.expect("a primary");
        let asking = clients.start(REQUESTS[0], chance);
        let delay = Duration::from_millis(chance.random_range(10..250));
        tokio::time::sleep(delay).await;
        self.cluster.fail(primary, failure);
        let failed = Instant::now();
        join(asking).await;
        // A response to a commit before the failure may come later.
        let soon = failed + Duration::from_secs(1);
        continued(&lines, soon, when, &self.cluster).await;
        // Later requests must not be the first to notice a broken connection.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        join(clients.start(REQUESTS[1], chance)).await;
        let known = working.end().await;
        self.check(&clients, known, when, report).await;

        if failure == Failure::Frozen {
            tokio::time::sleep(FROZEN.saturating_sub(failed.elapsed())).await;
        }
        self.cluster.heal(primary, failure);
        self.cluster.wait_until_whole().await;
        report.promoted += usize::from(self.cluster.primary().await != Some(primary));
        continued(&lines, Instant::now(), when, &self.cluster).await;
        over.store(true, Ordering::Relaxed);
        for (line, process) in lines.into_iter().zip(PROCESSES) {
            let outage = line.outage(failed);
            println!("{when}, {process}: {} ms", outage.as_millis());
            let outages = report.outages.entry((failure.name(), process));
            outages.or_default().push(outage);
            report.acknowledged += line.acknowledged.lock().unwrap().len();
            line.task.await.expect("every acknowledged refresh is kept");
        }
        let seen: Vec<_> = self.extending.iter().flat_map(|app| app.seen()).collect();
        assert_sessions_remain(&seen, when);
        let slowest = seen.iter().map(|seen| seen.took).max().unwrap_or_default();
        report.slowest = report.slowest.max(slowest);
    }

    /// Checks the histories, and the ledgers of the clients, of which the last one is kept.
    async fn check(&self, clients: &Clients, known: Vec<Ledger>, when: &str, report: &mut Report) {
        let (events, unanswered) = clients.check(when);
        report.events += events;
        report.unanswered += unanswered;
        let issuer = &self.program.issuer;
        let last = self.apps.len() - 1;
        for (number, (app, mut known)) in self.apps.iter().zip(known).enumerate() {
            verify(app, issuer, &known, when).await;
            let seen = app.seen();
            assert_sessions_remain(&seen, when);
            let slowest = seen.iter().map(|seen| seen.took).max().unwrap_or_default();
            report.slowest = report.slowest.max(slowest);
            report.acknowledged += known.acknowledged;
            report.codes += known.spent.len();
            if number == last {
                // Their retries have succeeded, and are repeated for a minute only.
                known.asked.clear();
                report.kept.push(known);
            } else {
                check_codes(app, issuer, &known.spent).await;
                app.seen();
            }
        }
    }

    /// Checks again everything that was acknowledged to the last client, after all failures.
    async fn check_kept(&self, kept: &[Ledger]) {
        let app = self.apps.last().expect("a client");
        let issuer = &self.program.issuer;
        for known in kept {
            verify(app, issuer, known, "after all").await;
        }
        for known in kept {
            check_codes(app, issuer, &known.spent).await;
        }
        let verified = self.program.run_command(&["audit", "verify"]).await;
        assert!(verified.status.success(), "{verified:?}");
        let output = self.program.output();
        assert!(!output.contains("panicked"), "{output}");
    }
}

/// Returns the number, the median, the 99th percentile and the maximum of outages.
fn summary(outages: &mut [Duration]) -> Value {
    let max = outages.iter().max().map_or(0, Duration::as_millis);
    json!({
        "number": outages.len(), "p50_ms": p50(outages), "p99_ms": p99(outages), "max_ms": max,
    })
}

async fn failed_over() {
    let trial = Trial::new("R36", "postgres");
    let cluster = match start_cluster().await {
        Ok(cluster) => cluster,
        Err(why) => return trial.not_run(why),
    };
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let mut deployment = Box::pin(Deployment::start(cluster)).await;
    let mut report = Report::default();
    let failures = trial.size(1, 100);
    for (number, failure) in Failure::ALL.into_iter().cycle().take(failures).enumerate() {
        let when = format!("failure {number}, {}", failure.name());
        Box::pin(deployment.fail_over(&when, failure, &mut chance, &mut report)).await;
    }
    deployment.check_kept(&report.kept).await;
    assert!(!deployment.twin.process.has_ended(), "the second process");
    let by_failure = report.outages.iter_mut().map(|((failure, process), times)| {
        json!({ "failure": failure, "process": process, "outages": summary(times) })
    });
    let by_failure: Vec<_> = by_failure.collect();
    let mut all: Vec<_> = report.outages.into_values().flatten().collect();
    trial.done(json!({
        "failures": failures, "promoted": report.promoted, "acknowledged": report.acknowledged,
        "lost": 0, "codes": report.codes, "redeemed_twice": 0, "events": report.events,
        "unanswered": report.unanswered, "violations": 0, "outages": summary(&mut all),
        "by_failure": by_failure, "slowest_response_ms": report.slowest.as_millis(),
    }));
}
