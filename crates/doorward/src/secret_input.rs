//! Secrets are read from standard input or a file, never from an argument that other users can see.

use std::{
    io::{IsTerminal as _, Read as _},
    path::PathBuf,
};

use clap::Args;
use doorward_domain::secret::Secret;

use crate::error::CliError;

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

impl PasswordInput {
    /// Returns the password, if a source was given. Removes one newline at the end.
    pub fn read(&self) -> Result<Option<Secret<String>>, CliError> {
        let text = if let Some(path) = &self.password_file {
            std::fs::read_to_string(path)
                .map_err(|error| CliError::failure(format!("{}: {error}", path.display())))?
        } else if self.password_stdin {
            if std::io::stdin().is_terminal() {
                crate::output::print_status("Type the password, then Enter and Ctrl-D:");
            }
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            text
        } else {
            return Ok(None);
        };
        let password = text.strip_suffix('\n').unwrap_or(&text);
        let password = password.strip_suffix('\r').unwrap_or(password);
        if password.is_empty() {
            return Err(CliError::failure("the password is empty"));
        }
        Ok(Some(Secret::from(password)))
    }
}
