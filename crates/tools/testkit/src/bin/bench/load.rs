//! Concurrent requests and their durations.

use std::time::{Duration, Instant};

use doorward_testkit::process::Process;
use doorward_testkit::{Page, UserAgent};
use futures_util::StreamExt as _;
use futures_util::stream;
use reqwest::RequestBuilder;

/// Number of concurrent requests: enough for commits to overlap.
pub const PARALLEL: usize = 16;

/// A load generator.
pub struct Load {
    agent: UserAgent,
    parallel: usize,
}

/// The results of some requests.
#[derive(Default)]
pub struct Run {
    /// Duration of each request, as seen by the client.
    pub latencies: Vec<Duration>,
    /// Time from the first request to the last response.
    pub elapsed: Duration,
    /// CPU time of the server.
    pub cpu_seconds: f64,
}

impl Run {
    /// Adds another run of the same requests.
    pub fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed += other.elapsed;
        self.cpu_seconds += other.cpu_seconds;
    }

    /// Returns the CPU seconds of one request.
    pub fn cost(&self) -> f64 {
        self.cpu_seconds / self.latencies.len() as f64
    }

    /// Returns the requests of one second.
    pub fn throughput(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Returns the latency that this share of the requests did not exceed.
    pub fn percentile(&self, share: f64) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let index = ((sorted.len() as f64 * share) as usize).min(sorted.len() - 1);
        sorted[index]
    }
}

impl Load {
    /// Creates a generator with this number of concurrent requests.
    pub fn new(parallel: usize) -> Self {
        Self::with(UserAgent::new(), parallel)
    }

    /// Creates a generator that sends by this client.
    pub const fn with(agent: UserAgent, parallel: usize) -> Self {
        Self { agent, parallel }
    }

    /// Returns the client that sends them.
    pub const fn http(&self) -> &reqwest::Client {
        self.agent.http()
    }

    /// Returns the user agent of that client.
    pub const fn agent(&self) -> &UserAgent {
        &self.agent
    }

    /// Does all of this work, which may be several requests each.
    pub async fn run<W: Future>(
        &self,
        works: impl IntoIterator<Item = W>,
    ) -> (Run, Vec<W::Output>) {
        let begun = Instant::now();
        let ended: Vec<(Duration, W::Output)> = stream::iter(works)
            .map(async |work| {
                let start = Instant::now();
                let output = work.await;
                (start.elapsed(), output)
            })
            .buffer_unordered(self.parallel)
            .collect()
            .await;
        let elapsed = begun.elapsed();
        let (latencies, outputs) = ended.into_iter().unzip();
        let run = Run {
            latencies,
            elapsed,
            cpu_seconds: 0.0,
        };
        (run, outputs)
    }

    /// Sends all requests; each response must have this status.
    pub async fn send(
        &self,
        requests: impl IntoIterator<Item = RequestBuilder>,
        status: u16,
    ) -> (Run, Vec<Page>) {
        let requests = requests.into_iter();
        let works = requests.map(|request| self.agent.send(request));
        let (run, pages) = self.run(works).await;
        if let Some(page) = pages.iter().find(|page| page.status != status) {
            panic!("{}", page.dump());
        }
        (run, pages)
    }
}

/// Runs requests and measures the CPU seconds of a process.
pub async fn counted(process: &Process, run: impl Future<Output = Run>) -> Run {
    let before = process.cpu_time();
    let mut run = run.await;
    // The server may still work shortly after its last response.
    tokio::time::sleep(Duration::from_millis(20)).await;
    run.cpu_seconds = process.cpu_time().since(before);
    run
}
