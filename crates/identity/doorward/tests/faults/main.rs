//! The trials of docs/reliability.md: the real program is killed, raced and disconnected from its
//! dependencies, and compared with what it has acknowledged. Each trial is a short test; `cargo
//! xtask trial R1 --release` runs the long version. The seed is printed, and can be set with
//! `DOORWARD_TRIAL_SEED`.

#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test consists of nested futures, whose layout is computed at once.
#![recursion_limit = "256"]

mod anonymous;
mod app;
mod archives;
mod backup;
mod bad_input;
mod clock;
mod dependency;
mod disk;
mod exhausted;
mod fail_over;
mod growth;
mod history;
mod hostile;
mod kill;
mod large;
mod ledger;
mod moves;
mod nightly;
mod patroni;
mod pool;
mod postgres_disk;
mod power;
mod races;
mod rollback;
mod rolling;
mod signals;
mod sites;
mod slow;
mod stop;
mod upgrade;
mod users;

/// Returns the path of the program built with the tests, or of `DOORWARD_BIN`.
fn binary() -> std::path::PathBuf {
    doorward_testkit::trial::binary(env!("CARGO_BIN_EXE_doorward"))
}

/// The cheapest password hashes that the configuration allows, in memory and time.
const CHEAP: [(&str, &str); 2] = [
    ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "7168"),
    ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "5"),
];
