//! `cargo xtask trial`: kill, race and outage tests, in the size of the test suite or of a release.

mod former;

use crate::failure::Failure;
use crate::{fuzz, packages, relying_parties, test};

/// A trial of docs/reliability.md, and the tests that verify it.
struct Row {
    name: &'static str,
    binaries: &'static [&'static str],
    tests: &'static [&'static str],
    /// Programs to optimize for a release.
    optimized: Optimized,
}

/// The programs of a trial that are optimized for a release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Optimized {
    Nothing,
    /// The tests: the servers run inside them, and two thousand rounds would take half a day.
    Tests,
    /// The program, of which a command is measured. `DOORWARD_BIN` names one that is optimized.
    Program,
}

impl Optimized {
    /// Returns true if the build is optimized; `has_program` says that `DOORWARD_BIN` names a program.
    const fn applies(self, has_program: bool) -> bool {
        match self {
            Self::Nothing => false,
            Self::Tests => true,
            Self::Program => !has_program,
        }
    }
}

/// Row with random inputs.
const PARSERS: &str = "R14";

/// Row with three PostgreSQL under Patroni, which no other test needs.
const CLUSTER: &str = "R36";

const ROWS: [Row; 28] = [
    in_faults("R1", &["::r1_"]),
    in_faults("R2", &["::r2_"]),
    in_faults("R3", &["::r3_"]),
    in_faults("R4", &["::r4_"]),
    Row {
        name: "R5",
        binaries: &["accounts", "api", "oidc"],
        tests: &[
            "of_32_sign_ins_with_same_code_only_first_succeeds",
            "of_32_sign_ins_with_same_recovery_code_only_first_succeeds",
            "of_32_concurrent_uses_of_link_only_first_counts",
            "assertion_is_used_once_among_64_in_parallel",
            "of_48_concurrent_browsers_only_first_gets_code",
            "invitations::of_32_concurrent_answers_only_first_counts",
        ],
        optimized: Optimized::Tests,
    },
    Row {
        name: "R6",
        binaries: &["accounts"],
        tests: &["two_replicas_check_at_most_seven_of_200_parallel_guesses"],
        optimized: Optimized::Nothing,
    },
    in_faults("R7", &["::r7_"]),
    in_faults("R8", &["::r8_"]),
    in_faults("R9", &["::r9_"]),
    in_faults("R10", &["::r10_"]),
    in_faults(former::TRIAL, &["::r11_"]),
    in_faults("R12", &["::r12_"]),
    in_faults("R13", &["::r13_"]),
    Row {
        name: "R15",
        binaries: &["faults", "oidc"],
        // A fixed corpus, and any number of random inputs.
        tests: &["bad_input::"],
        optimized: Optimized::Nothing,
    },
    in_faults("R16", &["::r16_"]),
    Row {
        name: "R17",
        binaries: &["accounts"],
        tests: &["storm::"],
        optimized: Optimized::Nothing,
    },
    in_faults("R20", &["::r20_"]),
    Row {
        name: "R26",
        binaries: &["faults"],
        tests: &["::r26_"],
        optimized: Optimized::Tests,
    },
    in_faults("R31", &["::r31_"]),
    in_faults("R32", &["::r32_"]),
    Row {
        name: "R33",
        binaries: &["faults"],
        tests: &["::r33_"],
        optimized: Optimized::Program,
    },
    Row {
        name: "R34",
        binaries: &["faults"],
        tests: &["::r34_"],
        optimized: Optimized::Program,
    },
    Row {
        name: "R35",
        binaries: &["cli"],
        tests: &[
            "https::new_files_are_served_without_failed_request",
            "acme::certificate_is_renewed_without_failed_request",
        ],
        optimized: Optimized::Nothing,
    },
    in_faults(CLUSTER, &["::r36_"]),
    Row {
        name: "R37",
        binaries: &["api", "faults"],
        tests: &[
            "::r37_",
            "audit_streams::https_endpoint_that_was_down_misses_nothing",
        ],
        optimized: Optimized::Program,
    },
    in_faults("R38", &["::r38_"]),
    in_faults("R39", &["::r39_"]),
    in_faults("R40", &["::r40_"]),
];

const fn in_faults(name: &'static str, tests: &'static [&'static str]) -> Row {
    Row {
        name,
        binaries: &["faults"],
        tests,
        optimized: Optimized::Nothing,
    }
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut environment = Vec::new();
    let mut requested = None;
    let mut of_a_release = false;
    let mut programs = former::Programs::default();
    let mut values = arguments.iter();
    while let Some(word) = values.next() {
        match word.as_str() {
            "--release" => {
                of_a_release = true;
                environment.push(("DOORWARD_TRIAL", "release".to_owned()));
                // Measurements must not be affected by other tests.
                environment.push(("RUST_TEST_THREADS", "1".to_owned()));
            }
            "--seed" => {
                let seed = values.next().ok_or("--seed needs a number")?;
                environment.push(("DOORWARD_TRIAL_SEED", seed.clone()));
            }
            option if former::OPTIONS.contains(&option) => {
                let value = values.next();
                let value = value.ok_or_else(|| format!("{option} needs a value"))?;
                programs.set(option, value);
            }
            name if !name.starts_with('-') => requested = Some(name.to_ascii_uppercase()),
            other => return Err(format!("trial does not know {other}")),
        }
    }
    let is_wanted = |name: &str| {
        requested
            .as_deref()
            .is_none_or(|requested| requested == name)
    };
    let rows = ROWS.iter().filter(|row| is_wanted(row.name));
    let has_program = std::env::var_os(former::NEW).is_some();
    let (optimized, as_in_the_suite): (Vec<_>, Vec<_>) =
        rows.partition(|row| of_a_release && row.optimized.applies(has_program));
    let parsers = is_wanted(PARSERS);
    if optimized.is_empty() && as_in_the_suite.is_empty() && !parsers {
        let known: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        return Err(format!("there are {} and {PARSERS}", known.join(", ")));
    }
    if is_wanted(former::TRIAL) {
        environment.extend(programs.prepare(of_a_release)?);
    } else if programs.are_named() {
        let options = former::OPTIONS.join(", ");
        return Err(format!("only {} has {options}", former::TRIAL));
    }
    // At the short size of all trials, this one is skipped unless it was requested before.
    if is_wanted(CLUSTER) && (requested.is_some() || of_a_release) {
        packages::ensure_for_cluster()?;
        relying_parties::ensure_for_cluster()?;
    }
    let conditions = if of_a_release {
        &test::RELEASE
    } else {
        &test::SUITE
    };
    // A failed trial does not prevent the others.
    let groups = [(optimized, true), (as_in_the_suite, false)];
    let outcomes =
        groups
            .into_iter()
            .filter(|(rows, _)| !rows.is_empty())
            .map(|(rows, is_optimized)| {
                test::run_with(&selection(&rows, is_optimized), &environment, conditions)
            });
    let outcome = outcomes.fold(Ok(()), Result::and);
    if parsers {
        return outcome.and(mutate_inputs(of_a_release));
    }
    outcome
}

/// Runs the trial of the parsers, which is a separate command.
fn mutate_inputs(of_a_release: bool) -> Result<(), Failure> {
    let values: &[&str] = if of_a_release { &fuzz::RELEASE } else { &[] };
    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
    fuzz::run(&values)
}

/// Returns the arguments of `cargo test`. The tests themselves are not optimized, which would take
/// ten more minutes to build.
fn selection(rows: &[&Row], is_optimized: bool) -> Vec<String> {
    let mut binaries: Vec<_> = rows.iter().flat_map(|row| row.binaries).collect();
    binaries.sort_unstable();
    binaries.dedup();
    let mut words = vec!["--no-fail-fast"];
    if is_optimized {
        words.extend([
            "--release",
            "--config",
            "profile.release.package.doorward.opt-level=0",
        ]);
    }
    words.extend(binaries.into_iter().flat_map(|binary| ["--test", binary]));
    words.push("--");
    words.extend(rows.iter().flat_map(|row| row.tests));
    words.push("--nocapture");
    words.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
