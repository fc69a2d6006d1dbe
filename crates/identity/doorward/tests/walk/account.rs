//! Random walk tests of all sign-in methods of an account: passkeys, password,
//! authenticator app, recovery codes, linked accounts, a verified address. After each step, two
//! invariants hold: at least one usable sign-in method is left, and no path gives a lower assurance
//! than the policy requires.
//!
//! The [`model`] predicts the methods; at the end of each user's walk, and often before, the test
//! signs in with them and requests tokens. For some users mails are delivered, for some there are
//! none, and for some they always fail: those use `doorward recover`.
//!
//! `DOORWARD_ACCOUNT_WALK=<seed>` repeats a run, `DOORWARD_ACCOUNT_WALK=<seed>:<user>` the steps of
//! one of its users, and `DOORWARD_ACCOUNT_STEPS` sets the number of steps.

mod actions;
mod driver;
mod model;
mod user;

use std::collections::BTreeMap;
use std::thread;

use doorward_testkit::stack::{HOST, NO_MAIL};
use doorward_testkit::{Backend, Stack, stack};

use crate::random::Random;
use crate::{SEED, length};
use driver::{Driver, ROLE, WALK_STEPS};
use model::{Mail, ModelBug, NAMES};

/// The mail configurations, selected by user number. Where mails fail, each is retried, which is
/// slow.
const MAILS: [Mail; 8] = [
    Mail::Works,
    Mail::Codes,
    Mail::Off,
    Mail::Works,
    Mail::Off,
    Mail::Codes,
    Mail::Off,
    Mail::Fails,
];

const COMMON: &[(&str, &str)] = &[
    (HOST, "localhost"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "false"),
    ("DOORWARD__MFA__REQUIRED_FOR_ROLES", ROLE),
];

fn settings(mail: Mail) -> Vec<(&'static str, &'static str)> {
    let mut settings = COMMON.to_vec();
    settings.extend(match mail {
        Mail::Works => None,
        Mail::Codes => Some(("DOORWARD__LOGIN__EMAIL_CODE", "true")),
        Mail::Off => Some(NO_MAIL),
        Mail::Fails => Some(("DOORWARD_SMTP_URL", "smtp://127.0.0.1:1")),
    });
    settings
}

/// The users to run.
struct Plan {
    seed: u64,
    people: Vec<u64>,
}

impl Plan {
    fn from_environment(steps: usize) -> Self {
        let number = |text: &str| text.parse().expect("a number");
        let requested = std::env::var("DOORWARD_ACCOUNT_STEPS");
        let steps = requested.map_or(steps as u64, |text| number(&text));
        let all = (0..steps.div_ceil(WALK_STEPS as u64)).collect();
        let (seed, users) = match std::env::var("DOORWARD_ACCOUNT_WALK") {
            Err(_) => (SEED, all),
            Ok(text) => match text.split_once(':') {
                Some((seed, person)) => (number(seed), vec![number(person)]),
                None => (number(&text), all),
            },
        };
        Self {
            seed,
            people: users,
        }
    }

    fn of(&self, mail: Mail) -> impl Iterator<Item = u64> {
        let own = move |number: &u64| {
            let place = usize::try_from(number % MAILS.len() as u64).unwrap();
            MAILS[place] == mail
        };
        self.people.iter().copied().filter(own)
    }
}

/// The result of a run.
#[derive(Default)]
struct Done {
    steps: usize,
    kinds: BTreeMap<String, u64>,
}

async fn walk(
    stack: &Stack,
    mail: Mail,
    (seed, users): (u64, impl Iterator<Item = u64>),
    flaw: Option<ModelBug>,
) -> Result<Done, String> {
    let mut driver = Driver::start(stack, mail, flaw).await;
    for number in users {
        let random = Random::new(seed, number);
        if let Err(error) = driver.live(number, random).await {
            let again = format!("DOORWARD_ACCOUNT_WALK={seed}:{number} repeats it");
            return Err(format!("{mail:?}: {error}\n{again}"));
        }
    }
    Ok(Done {
        steps: driver.steps,
        kinds: driver.done,
    })
}

/// Runs a plan, each mail configuration on a separate stack; panics on a failure.
fn walk_all(backend: Backend, plan: &Plan) -> Done {
    println!(
        "seed {}, {} users on {backend:?}",
        plan.seed,
        plan.people.len()
    );
    let start = std::time::Instant::now();
    let mut done = Done::default();
    thread::scope(|scope| {
        let threads = Mail::ALL.map(|mail| {
            scope.spawn(move || {
                let mut found = Ok(Done::default());
                if plan.of(mail).next().is_some() {
                    stack::run_with(backend, &settings(mail), async |stack: &Stack| {
                        found = walk(stack, mail, (plan.seed, plan.of(mail)), None).await;
                    });
                }
                found
            })
        });
        for thread in threads {
            let found = thread.join().expect("no panic");
            let found = found.unwrap_or_else(|error| panic!("{error}"));
            done.steps += found.steps;
            for (name, count) in found.kinds {
                *done.kinds.entry(name).or_default() += count;
            }
        }
    });
    println!(
        "{} steps in {:?}: {:?}",
        done.steps,
        start.elapsed(),
        done.kinds
    );
    done
}

/// The sign-in methods that must have succeeded.
const REQUIRED_METHODS: [&str; 17] = [
    "Password",
    "Password+App",
    "Password+Recovery",
    "Password+Passkey",
    "Provider",
    "Provider+App",
    "Provider+Recovery",
    "Provider+Passkey",
    "MailedCode",
    "MailedCode+App",
    "MailedCode+Recovery",
    "MailedCode+Passkey",
    "Reset",
    "Reset+App",
    "Reset+Recovery",
    "Reset+Passkey",
    "Passkey",
];

#[test]
fn random_walk_locks_out_and_hijacks_no_account() {
    let steps = length().account_steps;
    let plan = Plan::from_environment(steps);
    let done = walk_all(Backend::SqliteMemory, &plan);
    // A walk in which some step never succeeds would prove nothing.
    if plan.people.len() * WALK_STEPS >= steps {
        assert!(done.steps >= steps, "{} steps", done.steps);
        for name in NAMES.into_iter().chain(REQUIRED_METHODS).chain(["recover"]) {
            let count = done.kinds.get(name).copied().unwrap_or_default();
            assert!(count >= steps as u64 / 2_000, "{name} only {count} times");
        }
    }
}

#[test]
fn random_walk_on_postgres_locks_out_and_hijacks_no_account() {
    let steps = length().account_steps_on_postgres;
    let plan = Plan::from_environment(steps);
    let done = walk_all(Backend::PostgresRedis, &plan);
    if plan.people.len() * WALK_STEPS >= steps {
        assert!(done.steps >= steps, "{} steps", done.steps);
        for name in [
            "sign in",
            "add passkey",
            "remove passkey",
            "add app",
            "remove link",
        ] {
            assert!(done.kinds.contains_key(name), "{name}: {:?}", done.kinds);
        }
    }
}

/// Checks that the walk can fail: a model with one rule missing, like a server without it, is
/// distinguished from the real server.
#[test]
fn wrong_model_of_account_is_noticed() {
    for flaw in ModelBug::ALL {
        // The address matters only if mails are delivered.
        let mail = match flaw {
            ModelBug::AnyAddress => Mail::Works,
            _ => Mail::Off,
        };
        stack::run_with(
            Backend::SqliteMemory,
            &settings(mail),
            async |stack: &Stack| {
                let users = flaw.revealed_by()..60;
                let found = walk(stack, mail, (SEED, users), Some(flaw)).await;
                let error = found
                    .err()
                    .unwrap_or_else(|| panic!("{flaw:?} was not noticed"));
                println!("{flaw:?}: {error}");
            },
        );
    }
}
