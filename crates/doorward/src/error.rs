//! Why a command failed, and with which exit code.

use std::process::ExitCode;

use doorward_admin::operator::AdminError;
use doorward_config::ConfigError;
use doorward_store::StoreError;

/// A command that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The words on the command line contradict each other: exit code 2, like clap's own errors.
    #[error("error: {0}")]
    Usage(String),
    /// Anything else: exit code 1.
    #[error("error: {0}")]
    Failure(String),
    /// Something is there, or busy, that this would harm: exit code 5.
    #[error("error: {0}")]
    Conflict(String),
    /// Something that this needs is not there or does not answer: exit code 6.
    #[error("error: {0}")]
    Unavailable(String),
    /// Findings of the configuration, already worded.
    #[error("{0}")]
    Config(#[from] ConfigError),
}

impl CliError {
    /// A failure in one sentence.
    pub fn failure(text: impl std::fmt::Display) -> Self {
        Self::Failure(text.to_string())
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Conflict(_) => ExitCode::from(5),
            Self::Unavailable(_) => ExitCode::from(6),
            Self::Failure(_) | Self::Config(_) => ExitCode::FAILURE,
        }
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        Self::failure(error)
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Failure(with_causes(&error))
    }
}

impl From<AdminError> for CliError {
    fn from(error: AdminError) -> Self {
        Self::Failure(with_causes(&error))
    }
}

/// The operator at the terminal sees the causes that a visitor never does.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}
