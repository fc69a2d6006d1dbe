//! Secrets are read from standard input or a file, never from an argument that other users can see.

use std::{
    io::{self, IsTerminal as _, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use doorward_config::secret_file;
use doorward_domain::secret::Secret;

use crate::error::{CliError, Result};

/// The source of a password.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct PasswordInput {
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from FILE
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Reads a file with a secret: its text without a byte order mark and newlines at the end.
pub fn of_file(path: &Path) -> Result<String> {
    secret_file::read(path).map_err(CliError::at(path))
}

/// Reads the secret that an option names by its file, or by `-` for standard input. A private key has
/// several lines.
pub fn of_argument(path: &str) -> Result<String> {
    let secret = match path {
        "-" => of_standard_input("secret")?,
        path => of_file(Path::new(path))?,
    };
    if secret.is_empty() {
        return Err(CliError::failure("the secret is empty"));
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

fn checked(password: String) -> Result<String> {
    if password.is_empty() {
        return Err(CliError::failure("the password is empty"));
    }
    if password.contains(['\n', '\r']) {
        return Err(CliError::failure("the password has more than one line"));
    }
    Ok(password)
}

impl PasswordInput {
    pub fn read(&self) -> Result<Option<Secret<String>>> {
        let password = if let Some(path) = &self.password_file {
            of_file(path)?
        } else if self.password_stdin {
            of_standard_input("password")?
        } else {
            return Ok(None);
        };
        checked(password).map(|password| Some(Secret::new(password)))
    }
}
