//! The rows of the first table of `bench --compare`.

use std::time::Duration;

use crate::load::Run;

/// The CPU seconds of the units.
pub struct Units {
    pub signature: f64,
    pub hash: f64,
}

/// The unit of an operation.
#[derive(Clone, Copy)]
pub enum Unit {
    Signature,
    Hash,
}

/// The result of one operation in one deployment.
pub struct Line {
    operation: &'static str,
    pub unit: Unit,
    goal: Option<f64>,
    run: Run,
    wall: Duration,
}

impl Line {
    pub fn new(operation: &'static str, goal: Option<f64>) -> Self {
        Self {
            operation,
            unit: Unit::Signature,
            goal,
            run: Run::default(),
            wall: Duration::ZERO,
        }
    }

    /// Returns the sum of two operations that follow each other.
    pub fn sum(operation: &'static str, goal: f64, first: &Self, second: &Self) -> Self {
        let latencies = first.run.latencies.iter().zip(&second.run.latencies);
        Self {
            run: Run {
                latencies: latencies.map(|(first, second)| *first + *second).collect(),
                elapsed: first.run.elapsed + second.run.elapsed,
                cpu_seconds: first.run.cpu_seconds + second.run.cpu_seconds,
            },
            wall: first.wall + second.wall,
            ..Self::new(operation, Some(goal))
        }
    }

    pub fn print(&self, shape: &str, units: &Units) {
        let milliseconds = |share| self.run.percentile(share).as_secs_f64() * 1e3;
        let unit = match self.unit {
            Unit::Signature => units.signature,
            Unit::Hash => units.hash,
        };
        let goal = self.goal.map(|goal| format!("≤ {goal}"));
        println!(
            "| {} | {shape} | {:.2} | {} | {:.1} | {:.1} | {:.0} |",
            self.operation,
            self.run.cost() / unit,
            goal.as_deref().unwrap_or("–"),
            milliseconds(0.50),
            milliseconds(0.99),
            self.run.latencies.len() as f64 / self.wall.as_secs_f64(),
        );
    }

    pub fn add(&mut self, (run, wall): (Run, Duration)) {
        self.run.add(run);
        self.wall += wall;
    }
}
