//! `cargo xtask trial`: the program killed, raced and cut off, at the size of the suite or at that of a release.

use crate::{Failure, fuzz, test};

/// A row of SECURITY §3.2, and the tests that are its trial.
struct Row {
    name: &'static str,
    binaries: &'static [&'static str],
    tests: &'static [&'static str],
}

const ROWS: [Row; 17] = [
    in_faults("R1", &["::r1_"]),
    in_faults("R2", &["::r2_"]),
    in_faults("R3", &["::r3_"]),
    in_faults("R4", &["::r4_"]),
    Row {
        name: "R5",
        binaries: &["accounts", "api", "oidc"],
        tests: &[
            "of_32_sign_ins_with_one_code_one_succeeds",
            "of_32_sign_ins_with_one_recovery_code_one_succeeds",
            "one_link_is_used_once_by_32_at_a_time",
            "an_assertion_is_used_once_among_64_at_a_time",
            "of_48_browsers_at_once_one_gets_in",
            "invitations::thirty_two_answers_are_one",
        ],
    },
    Row {
        name: "R6",
        binaries: &["accounts"],
        tests: &["parallel_guesses_over_two_processes_check_at_most_seven"],
    },
    in_faults("R7", &["::r7_"]),
    in_faults("R8", &["::r8_"]),
    in_faults("R9", &["::r9_"]),
    in_faults("R10", &["::r10_"]),
    in_faults("R11", &["::r11_"]),
    in_faults("R12", &["::r12_"]),
    in_faults("R13", &["::r13_"]),
    Row {
        name: "R15",
        binaries: &["faults", "oidc"],
        // A fixed corpus, and as much as one likes that is drawn by chance.
        tests: &["bad_input::"],
    },
    in_faults("R16", &["::r16_"]),
    Row {
        name: "R17",
        binaries: &["accounts"],
        tests: &["storm::"],
    },
    in_faults("R20", &["::r20_"]),
];

const fn in_faults(name: &'static str, tests: &'static [&'static str]) -> Row {
    Row {
        name,
        binaries: &["faults"],
        tests,
    }
}

/// Runs the named trial, or all.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut environment = Vec::new();
    let mut wanted = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--release" => {
                environment.push(("DOORWARD_TRIAL", "release".to_owned()));
                // What is measured is not to be what the neighbour does.
                environment.push(("RUST_TEST_THREADS", "1".to_owned()));
            }
            "--seed" => {
                let seed = words.next().ok_or("--seed needs a number")?;
                environment.push(("DOORWARD_TRIAL_SEED", seed.clone()));
            }
            name if !name.starts_with('-') => wanted = Some(name.to_ascii_uppercase()),
            other => return Err(format!("trial does not know {other}")),
        }
    }
    let of_a_release = environment
        .iter()
        .any(|(name, _)| *name == "DOORWARD_TRIAL");
    // The parsers have a command of their own.
    if wanted.as_deref() == Some("R14") {
        let words: &[&str] = if of_a_release { &fuzz::RELEASE } else { &[] };
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        return fuzz::run(&words);
    }
    let is_wanted = |row: &&Row| wanted.as_ref().is_none_or(|name| *name == row.name);
    let rows: Vec<_> = ROWS.iter().filter(is_wanted).collect();
    if rows.is_empty() {
        let known: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        return Err(format!("there are {} and R14", known.join(", ")));
    }
    // Its servers are in the tests: without optimization its two thousand rounds would take half a day.
    let is_optimized = of_a_release && wanted.as_deref() == Some("R5");
    test::run_with(&selection(&rows, is_optimized), &environment)
}

/// What `cargo test` is to run. The tests themselves stay as they are: they would take ten minutes more to build.
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
