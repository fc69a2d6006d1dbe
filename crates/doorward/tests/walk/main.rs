//! Random walks over signing in and getting back in (RC-5): thousands of people, each with two
//! browsers and five walks, who try valid, skipped, replayed, foreign and reordered steps against
//! the real server.
//!
//! After each step the database is held against two things: a [`model`] that says what the step
//! must have done, no more and no less, and the [`sound`] rules, which know nothing of the model:
//! no password is set without a mailed link used up or the present password, nobody is signed in
//! without each proof, and no session is `aal2` without a factor.
//!
//! `DOORWARD_WALK=<seed>` repeats a run, `DOORWARD_WALK=<seed>:<person>` the walks of one person of
//! it, and `DOORWARD_WALKS` says how many there are.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account;
mod driver;
mod model;
mod person;
mod random;
mod sound;
mod step;

use std::collections::BTreeMap;
use std::thread;

use doorward_testkit::{Backend, Stack, stack};

use driver::Driver;
use model::Flaw;
use random::Random;

/// As the issue asks.
const WALKS: u64 = 10_000;
/// How many of them are walked on PostgreSQL and Redis as well: the rules are the same, the
/// statements are not.
const WALKS_ON_POSTGRES: u64 = 1_000;
/// Each on a stack of its own, with a clock of its own.
const THREADS: u64 = 4;
/// Fixed, so that a red build is red again; another one finds other things.
const SEED: u64 = 20_261_120;
const VERIFY: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];

/// Whose walks to walk.
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

/// Walks until all is done or something is wrong; says how often each kind of step did something.
async fn walk(
    stack: &Stack,
    seed: u64,
    people: impl Iterator<Item = u64>,
    flaw: Option<Flaw>,
) -> Result<BTreeMap<&'static str, u64>, String> {
    let mut driver = Driver::start(stack, flaw).await;
    for number in people {
        let random = Random::new(seed, number);
        if let Err(fault) = driver.live(number, random).await {
            return Err(format!("{fault}\nDOORWARD_WALK={seed}:{number} repeats it"));
        }
    }
    Ok(driver.done)
}

/// Walks a plan on several stacks at once; panics with what was wrong.
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
            for (name, count) in found.unwrap_or_else(|fault| panic!("{fault}")) {
                *done.entry(name).or_default() += count;
            }
        }
    });
    println!(
        "steps that did something: {done:?}, in {:?}",
        start.elapsed()
    );
    done
}

#[test]
fn no_walk_on_postgres_gets_anywhere_without_each_proof() {
    let plan = Plan::from_environment(WALKS_ON_POSTGRES);
    let done = walk_all(Backend::PostgresRedis, &plan);
    let whole = plan.people.len() as u64 * driver::WALKS >= WALKS_ON_POSTGRES;
    for name in step::NAMES.iter().filter(|_| whole) {
        assert!(done.contains_key(name), "{name} did nothing: {done:?}");
    }
}

#[test]
fn no_walk_gets_anywhere_without_each_proof() {
    let plan = Plan::from_environment(WALKS);
    let walks = plan.people.len() as u64 * driver::WALKS;
    let done = walk_all(Backend::SqliteMemory, &plan);
    // Walks that never succeed at anything would show nothing.
    if walks >= WALKS {
        for name in step::NAMES {
            let count = done.get(name).copied().unwrap_or_default();
            assert!(count >= 20, "{name} did something only {count} times");
        }
    }
}

/// What shows that the walk could fail: a model that is wrong in one thing, such as a server would
/// be that forgot it, is told apart from the real server.
#[test]
fn a_wrong_model_is_noticed() {
    for flaw in Flaw::ALL {
        stack::run_with(Backend::SqliteMemory, VERIFY, async |stack: &Stack| {
            let found = walk(stack, SEED, 0..400, Some(flaw)).await;
            let fault = found.expect_err(&format!("{flaw:?} was not noticed"));
            println!("{flaw:?}: {fault}");
        });
    }
}
