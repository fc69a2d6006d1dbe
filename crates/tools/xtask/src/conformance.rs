//! `cargo xtask conformance`: the OpenID Foundation's suite runs against Doorward.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// Builds the harness, and the server unless `DOORWARD_BIN` names one, and runs the harness.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let given = std::env::var_os("DOORWARD_BIN").map(PathBuf::from);
    run::to_end(&mut build(given.is_some()))?;
    let built = run::target().join("debug");
    let server = given.unwrap_or_else(|| built.join("doorward"));
    let mut harness = Command::new(built.join("doorward-interop"));
    harness.arg("conformance").args(arguments);
    run::to_end(harness.env("DOORWARD_BIN", server))
}

/// Returns the command that builds the harness, and the server with it unless one is given. The build of
/// a workspace compiles the server even if only the harness is needed.
fn build(has_server: bool) -> Command {
    if !has_server {
        return run::build(&["--bin=doorward-interop", "--bin=doorward"]);
    }
    let mut command = run::cargo();
    command.args(["build", "--profile=test", "--package=doorward-interop"]);
    command
}

#[cfg(test)]
mod tests {
    use super::build;

    #[test]
    fn given_server_is_not_compiled() {
        for (given, compiled) in [(true, false), (false, true)] {
            let command = build(given);
            let mut arguments = command.get_args();
            let found = arguments.any(|it| it == "--workspace" || it == "--bin=doorward");
            assert_eq!(found, compiled, "{command:?}");
        }
    }
}
