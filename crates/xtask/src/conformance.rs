//! `cargo xtask conformance`: the OpenID Foundation's suite runs against Doorward.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// Builds the harness, and the server unless `DOORWARD_BIN` names one, and runs the harness.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let given = std::env::var_os("DOORWARD_BIN").map(PathBuf::from);
    let mut programs = vec!["--bin=doorward-interop"];
    if given.is_none() {
        programs.push("--bin=doorward");
    }
    run::to_end(&mut run::build(&programs))?;
    let built = run::target().join("debug");
    let server = given.unwrap_or_else(|| built.join("doorward"));
    let mut harness = Command::new(built.join("doorward-interop"));
    harness.arg("conformance").args(arguments);
    run::to_end(harness.env("DOORWARD_BIN", server))
}
