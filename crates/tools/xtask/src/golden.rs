//! `cargo xtask golden`: updates the golden files of public contracts, and the shared vectors of
//! `clients`.

use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// Writes the files. Fails with instructions if the changelog must mention a change.
pub fn renew(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask golden".to_owned());
    }
    // Only one database writes, without services; the tests compare both.
    run::to_end(
        tests()
            .args(["golden::", "--skip=postgres_redis", "--skip=changelog"])
            .env("DOORWARD_RENEW_GOLDEN", "1"),
    )?;
    run::to_end(tests().arg("golden::every_golden_file_is_declared"))?;
    run::to_end(
        run::cargo()
            .args(["test", "--package=doorward-access", "--lib", "--"])
            .arg("vectors::stored_vectors_match_decisions")
            .env("DOORWARD_RENEW_GOLDEN", "1"),
    )
}

fn tests() -> Command {
    let mut command = run::cargo();
    command.args(["test", "--workspace", "--test=oidc", "--"]);
    command
}
