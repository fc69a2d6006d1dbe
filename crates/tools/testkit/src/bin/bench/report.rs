//! The report at the end.

use std::time::Duration;

use crate::load::Run;

/// The results. Their unit is the CPU time of one RSA signature.
pub struct Report {
    signatures: Vec<f64>,
    facts: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    cost: f64,
    goal: Option<f64>,
    latencies: [Duration; 2],
    count: usize,
}

impl Report {
    /// Creates an empty report.
    pub const fn new() -> Self {
        Self {
            signatures: Vec::new(),
            facts: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Adds measurements of the unit in CPU seconds.
    pub fn signature(&mut self, seconds: Vec<f64>) {
        self.signatures.extend(seconds);
    }

    /// Returns the unit: the median of its measurements. Like the results, which are averages, it
    /// includes the slow phases of the machine; a minimum would not.
    fn unit(&self) -> f64 {
        median(self.signatures.clone())
    }

    pub fn line(&mut self, name: &str, duration: Duration, goal: &str) {
        let milliseconds = duration.as_secs_f64() * 1e3;
        self.facts
            .push(format!("{name}: {milliseconds:.0} ms (goal {goal})"));
    }

    /// Adds memory in megabytes, with its maximum.
    pub fn memory(&mut self, name: &str, megabytes: f64, goal: Option<f64>) {
        let verdict = match goal {
            None => String::new(),
            Some(goal) if megabytes <= goal => format!(" (goal ≤ {goal} MB: met)"),
            Some(goal) => format!(" (goal ≤ {goal} MB: MISSED by {:.1} MB)", megabytes - goal),
        };
        self.facts
            .push(format!("{name}: {megabytes:.1} MB{verdict}"));
    }

    /// Adds the cost of a request, with its maximum in signatures.
    pub fn ratio(&mut self, name: &str, run: &Run, goal: Option<f64>) {
        self.rows.push(Row {
            name: name.to_owned(),
            cost: run.cost(),
            goal,
            latencies: [0.50, 0.99].map(|share| run.percentile(share)),
            count: run.latencies.len(),
        });
    }

    /// Adds the remaining throughput, with its minimum.
    pub fn throughput(&mut self, name: &str, with: &Run, without: &Run, goal: f64) {
        let ratio = without.cost() / with.cost();
        let verdict = if ratio >= goal {
            "met".to_owned()
        } else {
            format!("MISSED by {:.2}", goal - ratio)
        };
        self.facts
            .push(format!("{name}: {ratio:.2} (goal ≥ {goal}: {verdict})"));
    }

    /// Adds the cost of a policy decision and of an RS256 verification in CPU seconds, and the
    /// number of loaded rules.
    pub fn decision(&mut self, (decision, verification, rules): (f64, f64, usize)) {
        let ratio = decision / verification;
        let verdict = if ratio <= 1.0 {
            "met".to_owned()
        } else {
            format!("MISSED by {:.2}", ratio - 1.0)
        };
        self.facts.push(format!(
            "policy decision (owner rule, {rules} rules loaded) to one RS256 verification: \
             {ratio:.2} = {:.1} µs / {:.1} µs (goal ≤ 1.0: {verdict})",
            decision * 1e6,
            verification * 1e6
        ));
    }

    /// Prints durations and memory only.
    pub fn print_figures(&self) {
        for fact in &self.facts {
            println!("{fact}");
        }
    }

    /// Prints the whole report.
    pub fn print(&self, parallel: usize) {
        let unit = self.unit();
        println!("one RSA-2048 signature: {:.1} µs of CPU", unit * 1e6);
        println!();
        println!(
            "{:<46} {:>8} {:>9} {:>7} {:>9} {:>9}  goal",
            "request", "count", "CPU µs", "ratio", "p50 ms", "p99 ms"
        );
        for row in &self.rows {
            let ratio = row.cost / unit;
            let goal = match row.goal {
                None => String::new(),
                Some(goal) if ratio <= goal => format!("≤ {goal}: met"),
                Some(goal) => format!("≤ {goal}: MISSED by {:.2}", ratio - goal),
            };
            println!(
                "{:<46} {:>8} {:>9.1} {:>7.2} {:>9.2} {:>9.2}  {goal}",
                row.name,
                row.count,
                row.cost * 1e6,
                ratio,
                row.latencies[0].as_secs_f64() * 1e3,
                row.latencies[1].as_secs_f64() * 1e3
            );
        }
        println!();
        for fact in &self.facts {
            println!("{fact}");
        }
        println!();
        println!(
            "{parallel} requests at a time; Doorward on one core, the load on the others; SQLite on disk, each \
             commit synced before its response."
        );
    }
}

/// Returns the median of measurements.
pub fn median(mut measured: Vec<f64>) -> f64 {
    measured.sort_by(f64::total_cmp);
    measured[measured.len() / 2]
}
