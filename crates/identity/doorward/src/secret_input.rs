//! Secrets are read from standard input or a file, never from an argument that other users can see.

use std::{
    io::{self, IsTerminal as _, Read as _},
    path::Path,
};

use doorward_config::secret_file;

use crate::error::{CliError, Result};

/// Reads a file with a secret: its text without a byte order mark and newlines at the end.
pub fn of_file(path: &Path) -> Result<String> {
    secret_file::read(path).map_err(CliError::at(path))
}

/// Reads the secret that an option names by its file, or by `-` for standard input. A private key has several
/// lines, a password has one. `noun` is what errors call it.
pub fn of_argument(path: &str, noun: &str) -> Result<String> {
    let secret = match path {
        "-" => of_standard_input(noun)?,
        path => of_file(Path::new(path))?,
    };
    if secret.is_empty() {
        return Err(CliError::failure(format!("the {noun} is empty")));
    }
    if noun == "password" && secret.contains(['\n', '\r']) {
        return Err(CliError::failure("the password has more than one line"));
    }
    Ok(secret)
}

fn of_standard_input(noun: &str) -> Result<String> {
    if io::stdin().is_terminal() {
        crate::output::print_status(&format!("Type the {noun}, then Enter and Ctrl-D:"));
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(secret_file::decode(&bytes)?)
}
