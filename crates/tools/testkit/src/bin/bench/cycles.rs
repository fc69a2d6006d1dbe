//! `bench --compare`: context switches and system calls of a code cycle, and the latencies of a client with one
//! request at a time.

use doorward_testkit::UserAgent;

use crate::counters::{COUNTERS, Counts, count};
use crate::load::{Load, PARALLEL, Run};
use crate::target::Target;

/// Number of counted cycles, and of requests of the client alone.
const COUNTED: usize = 1000;
const ALONE: usize = 1000;
/// Sessions that are refreshed in turn.
const FAMILIES: usize = 10;

/// The results of one deployment.
pub struct Cycles {
    /// Number of concurrent cycles, and the counters of one cycle.
    counts: Vec<(usize, Counts)>,
    alone: Vec<(&'static str, Run)>,
}

impl Cycles {
    /// Measures with `1/share` of the usual number of requests.
    pub async fn measure(target: &Target, share: usize) -> Self {
        let browser = target.browser().await;
        let mut counts = Vec::new();
        for parallel in [PARALLEL, 1] {
            let load = Load::with(UserAgent::new(), parallel);
            let cycles = COUNTED / share;
            target.cycles(&load, &browser, cycles / 10).await;
            let counted = count(target.process, async {
                target.cycles(&load, &browser, cycles).await;
            });
            let counted = counted.await;
            let each = counted.map(|count| count.map(|count| count / cycles as f64));
            counts.push((parallel, each));
        }
        let load = Load::with(UserAgent::new(), 1);
        let requests = ALONE / share;
        target.client_credentials(&load, requests / 10).await;
        let tokens = target.client_credentials(&load, requests).await.0;
        let (cycles, families) = target.cycles(&load, &browser, requests).await;
        let families = families.into_iter().take(FAMILIES).collect();
        let refreshes = target.refresh(&load, families, requests).await.0;
        Self {
            counts,
            alone: vec![
                ("client-credentials token", tokens),
                ("authorization and code exchange", cycles),
                ("refresh", refreshes),
            ],
        }
    }

    /// Prints both tables with the names of the deployments.
    pub fn print(deployments: &[(&str, Self)]) {
        let names = COUNTERS.map(|(name, _)| name).join(" | ");
        println!("| one authorization and code exchange | on | {names} |");
        println!("|---|---|{}", "--:|".repeat(COUNTERS.len()));
        for (deployment, cycles) in deployments {
            for (parallel, counts) in &cycles.counts {
                let cells = counts.iter().map(|count| {
                    count.map_or_else(|| "–".to_owned(), |count| format!("{count:.1}"))
                });
                let cells: Vec<_> = cells.collect();
                let cells = cells.join(" | ");
                println!("| {parallel} at a time | {deployment} | {cells} |");
            }
        }
        println!();
        println!("| one request at a time | on | p50 ms | p99 ms |");
        println!("|---|---|--:|--:|");
        for (deployment, cycles) in deployments {
            for (operation, run) in &cycles.alone {
                let milliseconds = |share| run.percentile(share).as_secs_f64() * 1e3;
                println!(
                    "| {operation} | {deployment} | {:.2} | {:.2} |",
                    milliseconds(0.50),
                    milliseconds(0.99)
                );
            }
        }
    }
}
