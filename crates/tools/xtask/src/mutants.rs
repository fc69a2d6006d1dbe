//! `cargo xtask mutants`: runs the program without one of its safeguards, and the test that must
//! fail then.
//!
//! All mutants are one build of the workspace's own crates (decision 66): cargo runs this program
//! as the compiler for them, which adds `--cfg doorward_mutants`. Cargo keeps the results apart
//! from all other builds, and the libraries are those of the tests.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::failure::Failure;
use crate::services::Services;
use crate::test::{quick, selection};
use crate::{packages, run, test};

/// Tests that must fail, by safeguard.
const TABLE: &str = include_str!("../mutants.txt");
/// Number of histories in which the checker must detect the violation.
const HISTORIES: &str = "10";

/// A line of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Mutant {
    guard: &'static str,
    binary: &'static str,
    test: &'static str,
}

impl Mutant {
    /// Returns true if the tests of a landing contain its test, and not only `--all`.
    fn is_quick(&self) -> Result<bool, Failure> {
        let target = match self.binary {
            "store" => "store/store",
            of_program => of_program,
        };
        let (target, _) = selection::parse(target)?;
        quick::contains(&target, self.test)
    }
}

fn table() -> Vec<Mutant> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let mutants = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some(Mutant {
            guard: words.next()?,
            binary: words.next()?,
            test: words.next()?,
        })
    });
    mutants.collect()
}

/// Builds the mutants, and runs the test of the named one, or of each.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut mutants = table();
    if let Some(name) = arguments.first() {
        mutants.retain(|mutant| mutant.guard == name);
        if mutants.is_empty() {
            return Err(format!(
                "no mutant {name:?}; see crates/tools/xtask/mutants.txt"
            ));
        }
    }
    packages::ensure()?;
    let compiler = std::env::current_exe().map_err(|error| error.to_string())?;
    let cargo = || {
        let mut command = run::cargo();
        command.args(["test", "--workspace", "--quiet"]);
        command.env("RUSTC_WORKSPACE_WRAPPER", &compiler);
        command
    };
    let mut build = cargo();
    let mut binaries: Vec<_> = mutants.iter().map(|mutant| mutant.binary).collect();
    binaries.sort_unstable();
    binaries.dedup();
    for binary in binaries {
        build.args(["--test", binary]);
    }
    run::to_end(build.arg("--no-run"))?;
    let services = Services::start()?;
    let directory = services.directory()?;
    let fails = |mutant: &Mutant, name: &str| {
        let mut command = cargo();
        command.args(["--test", mutant.binary, "--", "--exact", mutant.test]);
        command
            .env("TMPDIR", &directory)
            .envs(services.environment().iter().cloned())
            .envs(test::NO_CERTIFICATES)
            .env("DOORWARD_TRIAL_SIZE", HISTORIES)
            .env("DOORWARD_MUTANT", name);
        is_caught(&mut command)
    };
    let mut survived = Vec::new();
    for mutant in &mutants {
        // A test that fails without a mutant would detect all of them.
        if fails(mutant, "")? {
            return Err(format!("{} fails without a mutant", mutant.test));
        }
        let caught = fails(mutant, mutant.guard)?;
        let word = if caught { "caught" } else { "SURVIVED" };
        let tests = if mutant.is_quick()? {
            "landing"
        } else {
            "--all"
        };
        println!(
            "{word:<9}{tests:<9}{:<24}{} {}",
            mutant.guard, mutant.binary, mutant.test
        );
        if !caught {
            survived.push(mutant.guard);
        }
    }
    if survived.is_empty() {
        println!("{} mutants, all caught", mutants.len());
        return Ok(());
    }
    Err(format!("nothing misses {}", survived.join(", ")))
}

/// Returns true if the test fails. Any other outcome than one finished test is an error.
fn is_caught(command: &mut Command) -> Result<bool, Failure> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("test result: ok. 1 passed; 0 failed") {
        return Ok(false);
    }
    // A port in use is not a detected mutant.
    let is_ready = !text.contains("the server did not answer");
    if is_ready && text.contains("test result: FAILED. 0 passed; 1 failed") {
        return Ok(true);
    }
    let received = String::from_utf8_lossy(&output.stderr);
    Err(format!("not one test ran:\n{text}\n{received}"))
}

/// Returns true if cargo runs this program as the compiler of the workspace's crates.
pub fn is_compiler(arguments: &[OsString]) -> bool {
    let first = arguments.first().map(std::path::Path::new);
    first.is_some_and(|path| path.file_stem().is_some_and(|name| name == "rustc"))
}

/// Executes the compiler with the option that makes safeguards removable.
pub fn compile(arguments: &[OsString]) -> Failure {
    let (compiler, rest) = arguments.split_at(1);
    let mut command = Command::new(&compiler[0]);
    let error = command
        .args(rest)
        .args(["--cfg", "doorward_mutants"])
        .exec();
    format!("the compiler does not start: {error}")
}

#[cfg(test)]
mod tests;
