//! `cargo xtask interop`: third-party programs sign a user in.

use crate::failure::Failure;
use crate::{compiled, packages, relying_parties, run};

/// Installs the programs' dependencies, builds the server and the harness, and runs it.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.iter().any(|word| word == "--list") {
        // Programs with missing dependencies are skipped and name them.
        if let Err(failure) = packages::ensure_for_interop() {
            eprintln!("warning: {failure}");
        }
        relying_parties::ensure_for_interop();
        compiled::ensure();
    }
    run::to_end(&mut run::build(&[
        "--bin=doorward",
        "--bin=doorward-interop",
    ]))?;
    let built = run::target().join("debug");
    run::to_end(
        std::process::Command::new(built.join("doorward-interop"))
            .env("DOORWARD_BIN", built.join("doorward"))
            .args(arguments),
    )
}
