//! Failures of the commands of the tasks API.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;

use doorward_config::ConfigError;
use doorward_process::logging::LoggingError;
use doorward_process::with_causes;
use doorward_store::db::MoveError;

#[derive(Debug, thiserror::Error)]
pub enum TasksError {
    /// Formatted findings of the configuration check: exit code 1.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// Any other failure: exit code 1.
    #[error("error: {0}")]
    Failure(String),
    /// A database that is in use or has rows: exit code 5.
    #[error("error: {0}")]
    Conflict(String),
    /// A server that does not respond: exit code 6.
    #[error("error: {0}")]
    Unavailable(String),
}

impl TasksError {
    pub(crate) fn failure(text: impl Display) -> Self {
        Self::Failure(text.to_string())
    }

    /// Creates a failure from an error with all its causes, because the reader is the operator.
    pub fn caused(error: impl Error) -> Self {
        Self::Failure(with_causes(&error))
    }

    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Conflict(_) => ExitCode::from(5),
            Self::Unavailable(_) => ExitCode::from(6),
            Self::Config(_) | Self::Failure(_) => ExitCode::FAILURE,
        }
    }
}

impl From<std::io::Error> for TasksError {
    fn from(error: std::io::Error) -> Self {
        Self::failure(error)
    }
}

impl From<LoggingError> for TasksError {
    fn from(error: LoggingError) -> Self {
        Self::failure(error)
    }
}

impl From<MoveError> for TasksError {
    fn from(error: MoveError) -> Self {
        let text = with_causes(&error);
        if error.is_conflict() {
            Self::Conflict(text)
        } else {
            Self::Failure(text)
        }
    }
}
