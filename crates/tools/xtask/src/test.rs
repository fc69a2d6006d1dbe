//! `cargo xtask test`: the tests of a landing, all tests, or those of a change. Half of the flows run on each
//! database, with `--both` all on both.

mod changed;
mod programs;
pub mod quick;
pub mod selection;
mod session;
mod times;
pub mod workspace;

use std::process::Command;
use std::time::Instant;

use self::selection::Selection;
use self::session::Session;
pub use self::session::{Conditions, NO_CERTIFICATES, RELEASE, SUITE};
use self::workspace::Package;
use crate::failure::Failure;
use crate::run::Silent;
use crate::{compiled, packages, relying_parties, run};

/// Option that runs each flow on both databases instead of on one, and the variable for the test kit.
const BOTH: (&str, &str) = ("--both", "DOORWARD_TEST_BOTH_BACKENDS");
/// Option of `cargo test` that only builds.
const NO_RUN: &str = "--no-run";

/// Tests of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Tests of a landing.
    Quick,
    All,
    /// Tests of what changed since the branch `main`.
    Changed,
    /// Tests that arguments of `cargo test` select.
    Cargo,
}

struct Options {
    kind: Kind,
    both: bool,
    builds_only: bool,
    /// Arguments of `cargo test`.
    rest: Vec<String>,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let (before, filters) = arguments.split_at(before_filters(arguments).len());
        let has = |option: &str| before.iter().any(|word| word == option);
        let own = [BOTH.0, NO_RUN, "--all", "--changed"];
        let before = before.iter().filter(|word| !own.contains(&word.as_str()));
        let rest: Vec<String> = before.chain(filters).cloned().collect();
        let kind = match (has("--all"), has("--changed"), rest.is_empty()) {
            (false, false, true) => Kind::Quick,
            (true, false, true) => Kind::All,
            (false, true, true) => Kind::Changed,
            (false, false, false) => Kind::Cargo,
            _ => return Err("--all and --changed take no other selection".to_owned()),
        };
        Ok(Self {
            kind,
            both: has(BOTH.0),
            builds_only: has(NO_RUN),
            rest,
        })
    }
}

/// Runs the tests that the arguments select.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::read(arguments)?;
    let both = options.both.then(|| (BOTH.1, "1".to_owned()));
    let environment = both.as_slice();
    if matches!(options.kind, Kind::All | Kind::Cargo) {
        if options.builds_only {
            // Nothing runs: the programs beside the tests wait until they are needed.
            let built = build_by_cargo(&cargo_arguments(&options.rest), false)?;
            println!("build {built} s");
            return Ok(());
        }
        return run_with(&options.rest, environment, &SUITE);
    }
    let packages = workspace::read()?;
    let is_change = options.kind == Kind::Changed;
    let selection = if is_change {
        changed::selection(&packages)?
    } else {
        quick::selection(&packages)?
    };
    if selection == Selection::default() {
        println!("nothing to test");
        return Ok(());
    }
    let run = SelectedRun {
        packages: &packages,
        selection: &selection,
        environment,
        // A changed helper of tests is a module without tests.
        widen: is_change,
        builds_only: options.builds_only,
    };
    run.run()
}

/// Runs `cargo test` with private servers and additional environment variables. Without arguments: the whole
/// workspace.
pub fn run_with(
    arguments: &[String],
    environment: &[(&str, String)],
    conditions: &Conditions,
) -> Result<(), Failure> {
    let arguments = cargo_arguments(arguments);
    let built = build_by_cargo(&arguments, true)?;
    let mut session = Session::start(conditions, environment)?;
    let mut cargo = run::cargo();
    let outcome = session.run(cargo.arg("test").args(&arguments), Silent::Children);
    println!("build {built} s, tests {} s", session.end()?);
    outcome
}

/// Builds what these arguments of `cargo test` select. Returns the seconds.
fn build_by_cargo(arguments: &[String], needs_reference: bool) -> Result<u64, Failure> {
    let start = Instant::now();
    let before = before_filters(arguments);
    build(needs_reference, || {
        run::to_end(run::cargo().arg("test").args(before).arg(NO_RUN))
    })?;
    Ok(start.elapsed().as_secs())
}

/// A run of selected test programs.
struct SelectedRun<'r> {
    packages: &'r [Package],
    selection: &'r Selection,
    environment: &'r [(&'r str, String)],
    widen: bool,
    builds_only: bool,
}

impl SelectedRun<'_> {
    fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let options = programs::options(self.selection);
        // A change can select any test.
        let messages = build(self.widen, || {
            let mut cargo = run::cargo();
            cargo.arg("test").args(options).arg(NO_RUN);
            run::output(cargo.arg("--message-format=json-render-diagnostics"))
        })?;
        let built = start.elapsed().as_secs();
        if self.builds_only {
            println!("build {built} s");
            return Ok(());
        }
        let mut parts = Vec::new();
        for program in programs::read(&messages, self.packages)? {
            parts.extend(program.part(self.selection, self.widen)?);
        }
        let mut session = Session::start(&SUITE, self.environment)?;
        let mut failures = Vec::new();
        for part in parts {
            session.announce(&part.announcement());
            let mut command: Command = part.command();
            if session.run(&mut command, Silent::Command).is_err() {
                failures.push(part.failure());
            }
        }
        println!("build {built} s, tests {} s", session.end()?);
        if failures.is_empty() {
            Ok(())
        } else {
            Err(failures.join(", "))
        }
    }
}

/// Builds, and meanwhile installs what the tests need: the network is slow, and the build has the processors.
/// Neither leaves a server running if it fails. A landing does not need the reference of forward authentication.
fn build<B>(
    needs_reference: bool,
    build: impl FnOnce() -> Result<B, Failure>,
) -> Result<B, Failure> {
    std::thread::scope(|scope| {
        let installed = scope.spawn(move || {
            packages::ensure()?;
            relying_parties::ensure()?;
            if needs_reference {
                compiled::ensure(&[compiled::REFERENCE]);
                compiled::ensure_for_provider();
            }
            Ok::<(), Failure>(())
        });
        // `NO_CERTIFICATES` keeps the cargo of a test from downloading, and the build does not need
        // every package of the lock file.
        run::to_end(run::cargo().args(["fetch", "--locked"]))?;
        let built = build()?;
        installed
            .join()
            .map_err(|_| "the installation of packages panicked")??;
        Ok(built)
    })
}

/// Returns the arguments of `cargo test`: the whole workspace unless they name a package.
fn cargo_arguments(arguments: &[String]) -> Vec<String> {
    let mut selection: Vec<String> = Vec::new();
    let names_package = arguments
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word.starts_with("-p") || word.starts_with("--package"));
    if !names_package {
        selection.push("--workspace".to_owned());
    }
    if !arguments.iter().any(|word| word == "--no-fail-fast") {
        selection.push("--no-fail-fast".to_owned());
    }
    selection.extend_from_slice(arguments);
    selection
}

/// Returns the part of a `cargo test` command line that selects what is built.
fn before_filters(arguments: &[String]) -> &[String] {
    let end = arguments.iter().position(|word| word == "--");
    &arguments[..end.unwrap_or(arguments.len())]
}

#[cfg(test)]
mod tests;
