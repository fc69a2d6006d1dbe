//! `cargo xtask bench --guards`: the cost of a guarded request in each language beside its fastest known peer, in
//! one run.

use std::process::Command;
use std::time::Duration;

use crate::failure::Failure;
use crate::run::{self, Silent};

/// Longest silence of a measurement; a build in release mode prints each library.
const SILENCE: Duration = Duration::from_mins(10);
/// Start of the line that a measurement prints for each ratio.
const RATIO: &str = "ratio ";

/// Measures all languages, and prints their ratios.
pub fn measure() -> Result<(), Failure> {
    let mut ratios = Vec::new();
    let mut rust = run::cargo();
    rust.args([
        "run",
        "--locked",
        "--release",
        "--manifest-path=clients/bench/Cargo.toml",
    ]);
    rust.arg("--target-dir").arg(run::target().join("guards"));
    read("Rust, axum", &mut rust, &mut ratios)?;
    let script = |program: &str, directory: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(run::root().join(directory));
        command
    };
    for program in ["npm", "go"] {
        if run::find(program).is_none() {
            println!("skipped: there is no {program}");
        }
    }
    if run::find("npm").is_some() {
        let install = &["ci", "--ignore-scripts", "--loglevel=error"];
        run::to_end(&mut script("npm", "clients/js", install))?;
        let mut node = script("npm", "clients/js", &["run", "cost"]);
        read("JavaScript, Express", &mut node, &mut ratios)?;
    }
    if run::find("go").is_some() {
        let bench = &["test", "-run=^$", "-bench=."];
        let mut go = script("go", "clients/go/bench", bench);
        read("Go, net/http", &mut go, &mut ratios)?;
    }
    println!("\n| guard | cost of a request, relative to |\n|---|---|");
    for (guard, ratio) in ratios {
        println!("| {guard} | {ratio} |");
    }
    Ok(())
}

/// Runs a measurement, and keeps its ratios.
fn read(
    guard: &'static str,
    command: &mut Command,
    ratios: &mut Vec<(&'static str, String)>,
) -> Result<(), Failure> {
    let before = ratios.len();
    run::to_end_reading(SILENCE, Silent::Command, command, |line| {
        ratios.extend(
            line.strip_prefix(RATIO)
                .map(|ratio| (guard, ratio.to_owned())),
        );
    })?;
    if ratios.len() == before {
        return Err(format!("{guard} printed no ratio"));
    }
    Ok(())
}
