//! Tests of a landing, the default of `cargo xtask test`: every unit test, and the integration tests of a table.

use super::selection::{Selection, Target, lines, parse};
use super::workspace::Package;
use crate::failure::Failure;

/// Integration tests by topic.
const TABLE: &str = include_str!("../../quick.txt");
/// Topic of the tests that only `--all` runs, and `--changed` for their folder.
const ONLY_ALL: &str = "only-all";

/// Returns the tests of a landing.
pub fn selection(packages: &[Package]) -> Result<Selection, Failure> {
    let mut selection = table()?;
    let names = packages.iter().map(|package| package.name.clone());
    selection.libraries.extend(names);
    Ok(selection)
}

/// Returns true if a test runs at a landing.
pub fn contains(target: &Target, test: &str) -> Result<bool, Failure> {
    let table = table()?;
    let modules = table.targets.get(target);
    Ok(modules.is_some_and(|modules| modules.contains(test)))
}

fn table() -> Result<Selection, Failure> {
    let mut selection = Selection::default();
    for (topic, words) in lines(TABLE) {
        if topic == ONLY_ALL {
            continue;
        }
        for word in words {
            let (target, module) = parse(word)?;
            selection.add(target, module);
        }
    }
    Ok(selection)
}

#[cfg(test)]
mod tests;
