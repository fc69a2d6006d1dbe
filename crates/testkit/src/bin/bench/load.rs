//! Requests in parallel, and how long each took.

use std::time::{Duration, Instant};

use doorward_testkit::process::Process;
use doorward_testkit::{Page, UserAgent};
use futures_util::StreamExt as _;
use futures_util::stream;
use reqwest::RequestBuilder;

/// The generator.
pub struct Load {
    agent: UserAgent,
    parallel: usize,
}

/// What came of some requests.
#[derive(Default)]
pub struct Run {
    /// How long each took, as seen from outside.
    pub latencies: Vec<Duration>,
    /// What they cost the server.
    pub cpu_seconds: f64,
}

impl Run {
    /// Adds another run of the same requests.
    pub fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.cpu_seconds += other.cpu_seconds;
    }

    /// CPU seconds of one request.
    pub fn cost(&self) -> f64 {
        self.cpu_seconds / self.latencies.len() as f64
    }

    /// The latency that this share of the requests did not exceed.
    pub fn percentile(&self, share: f64) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let index = ((sorted.len() as f64 * share) as usize).min(sorted.len() - 1);
        sorted[index]
    }
}

impl Load {
    /// So many requests at the same time.
    pub fn new(parallel: usize) -> Self {
        Self {
            agent: UserAgent::new(),
            parallel,
        }
    }

    /// The client that sends them.
    pub const fn http(&self) -> &reqwest::Client {
        self.agent.http()
    }

    /// Sends all; every one has to be answered with this status.
    pub async fn send(
        &self,
        requests: impl IntoIterator<Item = RequestBuilder>,
        status: u16,
    ) -> (Run, Vec<Page>) {
        let answers: Vec<(Duration, Page)> = stream::iter(requests)
            .map(async |request| {
                let start = Instant::now();
                let page = self.agent.send(request).await;
                (start.elapsed(), page)
            })
            .buffer_unordered(self.parallel)
            .collect()
            .await;
        let (latencies, pages): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
        if let Some(page) = pages.iter().find(|page| page.status != status) {
            panic!("{}", page.shown());
        }
        let run = Run {
            latencies,
            cpu_seconds: 0.0,
        };
        (run, pages)
    }
}

/// CPU seconds that a process spends on the requests of a run.
pub async fn counted(process: &Process, run: impl Future<Output = Run>) -> Run {
    let before = process.cpu_seconds();
    let mut run = run.await;
    // The last answers may be out before the last of their work is done.
    tokio::time::sleep(Duration::from_millis(20)).await;
    run.cpu_seconds = process.cpu_seconds() - before;
    run
}
