//! `cargo xtask bench`: what a token costs, in units of one RSA-2048 signature. `cargo xtask
//! storm`: what many sign-ins at once do to everything else.

use crate::Failure;
use crate::run;

/// Builds the program and its benchmark in release mode and runs the benchmark.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    measure("bench", arguments)
}

/// The same for the login storm.
pub fn storm(arguments: &[String]) -> Result<(), Failure> {
    measure("storm", arguments)
}

fn measure(program: &str, arguments: &[String]) -> Result<(), Failure> {
    run::to_end(run::cargo().args([
        "build",
        "--release",
        "--package=doorward",
        "--package=doorward-testkit",
        "--bins",
    ]))?;
    let built = target().join("release");
    run::to_end(
        std::process::Command::new(built.join(program))
            .env("DOORWARD_BIN", built.join("doorward"))
            .args(arguments),
    )
}

/// Where cargo puts what it builds.
fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || run::root().join("target"),
        |directory| run::root().join(directory),
    )
}
