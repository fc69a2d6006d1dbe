//! `cargo xtask trial`: the program killed and raced, at the size of the suite or at that of a release.

use crate::{Failure, test};

/// Runs the named trial, or all.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut environment = Vec::new();
    let mut filter = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--release" => environment.push(("DOORWARD_TRIAL", "release".to_owned())),
            "--seed" => {
                let seed = words.next().ok_or("--seed needs a number")?;
                environment.push(("DOORWARD_TRIAL_SEED", seed.clone()));
            }
            // `R1` is the beginning of `r1_what_was_acknowledged…`, and not that of `r10_…`.
            name if !name.starts_with('-') => {
                filter = Some(format!("::{}_", name.to_ascii_lowercase()));
            }
            other => return Err(format!("trial does not know {other}")),
        }
    }
    let mut selection = vec!["-p", "doorward", "--test", "faults", "--"];
    selection.extend(filter.as_deref());
    selection.push("--nocapture");
    let selection: Vec<String> = selection.into_iter().map(str::to_owned).collect();
    test::run_with(&selection, &environment)
}
