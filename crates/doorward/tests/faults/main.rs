//! Trials of SECURITY §3.2: the real program, killed, raced and cut off from what it needs, judged by what it
//! has acknowledged. Each is a test of a short size; `cargo xtask trial R1 --release` runs its long one. The
//! seed is printed, and taken from `DOORWARD_TRIAL_SEED`.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test is one future within another, and their layout is asked for at once.
#![recursion_limit = "256"]

mod anonymous;
mod app;
mod backup;
mod bad_input;
mod clock;
mod dependency;
mod disk;
mod history;
mod kill;
mod ledger;
mod people;
mod pool;
mod postgres_disk;
mod power;
mod races;
mod rolling;
mod slow;
mod stop;
mod upgrade;

/// The program that was built with the tests, or that of `DOORWARD_BIN`.
fn binary() -> std::path::PathBuf {
    doorward_testkit::trial::binary(env!("CARGO_BIN_EXE_doorward"))
}

/// Hashes that cost as little as the configuration admits, in memory and in time.
const CHEAP: [(&str, &str); 2] = [
    ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "7168"),
    ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "5"),
];
