//! The public keys of a client.

use std::path::PathBuf;

use clap::Args;

use crate::error::CliError;

/// A JWK Set or its URL.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// File with the client's public keys as a JWK Set
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_uri")]
    jwks: Option<PathBuf>,
    /// URL of the client's JWK Set
    #[arg(long, value_name = "URL")]
    pub jwks_uri: Option<String>,
}

impl KeyArgs {
    /// Reads the document of `--jwks`.
    pub fn read(&self) -> Result<Option<String>, CliError> {
        let Some(path) = &self.jwks else {
            return Ok(None);
        };
        std::fs::read_to_string(path)
            .map(Some)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
    }
}
