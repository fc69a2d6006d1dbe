//! The size and the result of a trial (docs/reliability.md).
//!
//! `cargo xtask trial` sets the variables; in the test suite each trial has its short size.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

#[derive(Debug)]
pub struct Trial {
    name: &'static str,
    store: &'static str,
    /// Seed of all random values.
    pub seed: u64,
    release: bool,
}

impl Trial {
    /// Creates a trial from the environment: `DOORWARD_TRIAL_SEED` and `DOORWARD_TRIAL=release`.
    pub fn new(name: &'static str, store: &'static str) -> Self {
        let asked = std::env::var("DOORWARD_TRIAL_SEED").ok();
        let seed = asked.map_or(0x5eed, |seed| {
            seed.parse().expect("DOORWARD_TRIAL_SEED is a number")
        });
        let release = std::env::var("DOORWARD_TRIAL").is_ok_and(|size| size == "release");
        println!("{name} on {store}: seed {seed}");
        Self {
            name,
            store,
            seed,
            release,
        }
    }

    /// Returns true before a release; in the test suite, other tests use the same two cores.
    pub const fn is_release(&self) -> bool {
        self.release
    }

    /// Returns the short size in the test suite, and the long one before a release;
    /// `DOORWARD_TRIAL_SIZE` overrides both.
    pub fn size(&self, short: usize, long: usize) -> usize {
        let requested = std::env::var("DOORWARD_TRIAL_SIZE").ok();
        if let Some(requested) = requested {
            return requested.parse().expect("DOORWARD_TRIAL_SIZE is a number");
        }
        if self.release { long } else { short }
    }

    /// Returns a short or a long duration, given in milliseconds.
    pub fn lasting(&self, short: u64, long: u64) -> Duration {
        Duration::from_millis(if self.release { long } else { short })
    }

    /// Returns a maximum duration, given in milliseconds. In the test suite it is four times as
    /// long, because other tests use the same two cores.
    pub fn max_duration(&self, milliseconds: u64) -> Duration {
        Duration::from_millis(if self.release {
            milliseconds
        } else {
            4 * milliseconds
        })
    }

    /// Prints that the trial cannot run here.
    ///
    /// # Panics
    /// Panics at the size of a release, where every trial must run.
    pub fn not_run(&self, why: &str) {
        assert!(!self.release, "NOT RUN: {why}");
        println!("{} on {}: NOT RUN: {why}", self.name, self.store);
    }

    /// Prints the result as a line of JSON.
    pub fn done(&self, result: Value) {
        let mut line = json!({ "trial": self.name, "store": self.store, "seed": self.seed, "release": self.release });
        if let (Some(line), Value::Object(result)) = (line.as_object_mut(), result) {
            line.extend(result);
        }
        println!("{line}");
    }
}

/// Returns the program of `DOORWARD_BIN`, or else `built`, which was built with the tests.
pub fn binary(built: &str) -> PathBuf {
    std::env::var_os("DOORWARD_BIN").map_or_else(|| built.into(), PathBuf::from)
}

/// Returns the 99th percentile in milliseconds; zero without times.
pub fn p99(times: &mut [Duration]) -> u128 {
    percentile(times, 99)
}

/// Returns the median in milliseconds; zero without times.
pub fn p50(times: &mut [Duration]) -> u128 {
    percentile(times, 50)
}

fn percentile(times: &mut [Duration], percent: usize) -> u128 {
    times.sort_unstable();
    let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(index).map_or(0, Duration::as_millis)
}
