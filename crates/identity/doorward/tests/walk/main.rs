//! Random walk tests of signing in and account recovery: thousands of users, each with two browsers
//! and five walks, try valid, skipped, replayed, foreign and reordered steps at the real server.
//!
//! After each step, the database is compared with two things: a [`model`] that predicts the exact
//! effect of the step, and the [`invariants`], which are independent of the model: a new password
//! requires a mail link or the current password, a session requires each factor, and `aal2`
//! requires a second factor.
//!
//! `DOORWARD_WALK=<seed>` repeats a run, `DOORWARD_WALK=<seed>:<user>` the walks of one of its
//! users, and `DOORWARD_WALKS` sets the number of walks. `cargo xtask walk` sets `DOORWARD_LONG_WALK`
//! and makes the long runs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account;
mod driver;
mod invariants;
mod model;
mod random;
mod step;
mod user;

use std::collections::BTreeMap;
use std::thread;

use doorward_testkit::{Backend, Stack, stack};

use driver::Driver;
use model::ModelBug;
use random::Random;

/// The numbers of walks of a run.
struct Length {
    on_sqlite: u64,
    /// Walks that also run on PostgreSQL with Redis: the rules are the same, the statements are
    /// not.
    on_postgres: u64,
    /// The steps of the walk over accounts.
    account_steps: usize,
    account_steps_on_postgres: usize,
}

/// The length in the test suite: the fewest walks in which each step has an effect.
const SHORT: Length = Length {
    on_sqlite: 1_000,
    on_postgres: 250,
    account_steps: 2_000,
    account_steps_on_postgres: 500,
};
/// The length of `cargo xtask walk`, which CI runs.
const LONG: Length = Length {
    on_sqlite: 10_000,
    on_postgres: 1_000,
    account_steps: 10_000,
    account_steps_on_postgres: 1_000,
};

/// Returns the length of this run.
fn length() -> &'static Length {
    let is_long = std::env::var_os("DOORWARD_LONG_WALK").is_some();
    if is_long { &LONG } else { &SHORT }
}

/// The number of threads, each with a separate stack and clock.
const THREADS: u64 = 4;
/// The default seed, fixed so that a failure is reproducible; other seeds may find other failures.
const SEED: u64 = 20_261_120;
const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

/// The users to run.
struct Plan {
    seed: u64,
    people: Vec<u64>,
}

impl Plan {
    fn from_environment(walks: u64) -> Self {
        let number = |text: &str| text.parse().expect("a number");
        let walks = std::env::var("DOORWARD_WALKS").map_or(walks, |text| number(&text));
        let all = (0..walks.div_ceil(driver::WALKS)).collect();
        match std::env::var("DOORWARD_WALK") {
            Err(_) => Self {
                seed: SEED,
                people: all,
            },
            Ok(text) => match text.split_once(':') {
                Some((seed, person)) => Self {
                    seed: number(seed),
                    people: vec![number(person)],
                },
                None => Self {
                    seed: number(&text),
                    people: all,
                },
            },
        }
    }
}

/// Runs the walks until the first failure; returns how often each kind of step had an effect.
async fn walk(
    stack: &Stack,
    seed: u64,
    users: impl Iterator<Item = u64>,
    flaw: Option<ModelBug>,
) -> Result<BTreeMap<&'static str, u64>, String> {
    let mut driver = Driver::start(stack, flaw).await;
    for number in users {
        let random = Random::new(seed, number);
        if let Err(error) = driver.live(number, random).await {
            return Err(format!("{error}\nDOORWARD_WALK={seed}:{number} repeats it"));
        }
    }
    Ok(driver.done)
}

/// Runs a plan on several stacks at once; panics on a failure.
fn walk_all(backend: Backend, plan: &Plan) -> BTreeMap<&'static str, u64> {
    let walks = plan.people.len() as u64 * driver::WALKS;
    println!("seed {}, {walks} walks on {backend:?}", plan.seed);
    let start = std::time::Instant::now();
    let mut done = BTreeMap::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|part| {
                scope.spawn(move || {
                    let mut found = Ok(BTreeMap::new());
                    stack::run_with(backend, VERIFY, async |stack: &Stack| {
                        let own = plan.people.iter().copied();
                        let own = own.filter(|number| number % THREADS == part);
                        found = walk(stack, plan.seed, own, None).await;
                    });
                    found
                })
            })
            .collect();
        for thread in threads {
            let found = thread.join().expect("no panic");
            for (name, count) in found.unwrap_or_else(|error| panic!("{error}")) {
                *done.entry(name).or_default() += count;
            }
        }
    });
    println!("effective steps: {done:?}, in {:?}", start.elapsed());
    done
}

#[test]
fn no_walk_on_postgres_gets_anywhere_without_each_proof() {
    let length = length().on_postgres;
    let plan = Plan::from_environment(length);
    let done = walk_all(Backend::PostgresRedis, &plan);
    let whole = plan.people.len() as u64 * driver::WALKS >= length;
    for name in step::NAMES.iter().filter(|_| whole) {
        assert!(done.contains_key(name), "{name} had no effect: {done:?}");
    }
}

#[test]
fn no_walk_gets_anywhere_without_each_proof() {
    let length = length().on_sqlite;
    let plan = Plan::from_environment(length);
    let walks = plan.people.len() as u64 * driver::WALKS;
    let done = walk_all(Backend::SqliteMemory, &plan);
    // Walks in which some step never succeeds would prove nothing.
    if walks >= length {
        for name in step::NAMES {
            let count = done.get(name).copied().unwrap_or_default();
            assert!(
                count >= length / 500,
                "{name} had an effect only {count} times"
            );
        }
    }
}

/// The first user of the test's seed whose walks reveal a bug. The test begins there: the walks
/// before it reveal nothing and cost minutes.
const fn revealed_by(flaw: ModelBug) -> u64 {
    match flaw {
        ModelBug::TakesCodesAgain => 10,
        ModelBug::TakesLinksAgain => 6,
        ModelBug::TakesAnyMethod => 22,
        ModelBug::ForgetsTime => 64,
        ModelBug::SkipsTheSecondStep
        | ModelBug::MixesUpLinks
        | ModelBug::KeepsSessions
        | ModelBug::ForgetsTheBrowser => 0,
    }
}

/// Checks that the walk can fail: a model with one rule missing, like a server without it, is
/// distinguished from the real server.
#[test]
fn wrong_model_is_noticed() {
    for flaw in ModelBug::ALL {
        stack::run_with(Backend::SqliteMemory, VERIFY, async |stack: &Stack| {
            let found = walk(stack, SEED, revealed_by(flaw)..400, Some(flaw)).await;
            let error = found.expect_err(&format!("{flaw:?} was not noticed"));
            println!("{flaw:?}: {error}");
        });
    }
}
