//! `cargo xtask interop`: third-party programs sign a user in.

use std::process::Command;

use crate::failure::Failure;
use crate::services::Services;
use crate::{compiled, packages, relying_parties, run};

/// Directories of programs that need PostgreSQL or Redis.
const WITH_SERVICES: [&str; 3] = ["debian-saml", "go/miniflux", "netbox"];

/// Builds the server and the harness, installs what the selected programs need, and runs them.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    run::to_end(&mut run::build(&[
        "--bin=doorward",
        "--bin=doorward-interop",
    ]))?;
    let built = run::target().join("debug");
    let harness = || {
        let mut command = Command::new(built.join("doorward-interop"));
        command
            .env("DOORWARD_BIN", built.join("doorward"))
            .args(arguments);
        command
    };
    let mut services = None;
    if !arguments.iter().any(|word| word == "--list") {
        let directories = run::output(harness().arg("--directories"))?;
        let directories: Vec<&str> = directories.lines().collect();
        // Programs with missing dependencies are skipped and name them.
        if let Err(failure) = packages::ensure_for_interop(&directories) {
            eprintln!("warning: {failure}");
        }
        relying_parties::ensure_for_interop(&directories);
        compiled::ensure(&directories);
        if directories.iter().any(|name| WITH_SERVICES.contains(name)) {
            services = Some(Services::start()?);
        }
    }
    let environment = services.iter().flat_map(Services::environment);
    let environment = environment.map(|(name, value)| (name, value));
    run::to_end(harness().envs(environment))
}
