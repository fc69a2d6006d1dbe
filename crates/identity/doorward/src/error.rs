//! Command failures and their exit codes.

use std::process::ExitCode;

use doorward_admin::operator::AdminError;
use doorward_archive::ArchiveError;
use doorward_config::ConfigError;
use doorward_process::logging::LoggingError;
pub use doorward_process::with_causes;
use doorward_services::audit_archive;
use doorward_store::StoreError;
use doorward_store::db::MoveError;

pub type Result<T = (), E = CliError> = std::result::Result<T, E>;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Contradictory arguments: exit code 2, as for clap's own errors.
    #[error("error: {0}")]
    Usage(String),
    /// Any other failure: exit code 1.
    #[error("error: {0}")]
    Failure(String),
    /// A conflict with existing data or a running server: exit code 5.
    #[error("error: {0}")]
    Conflict(String),
    /// A dependency that is missing or does not respond: exit code 6.
    #[error("error: {0}")]
    Unavailable(String),
    /// Objects that differ from a file, which was not applied to them, or were skipped: exit code 7.
    #[error("{0}")]
    Differs(String),
    /// An upgrade that would fail: exit code 8.
    #[error("error: {0}")]
    Hindered(String),
    /// Formatted findings of the configuration check.
    #[error("{0}")]
    Config(#[from] ConfigError),
}

impl CliError {
    /// Creates the error of contradictory arguments from a one-sentence message.
    pub fn usage(text: impl std::fmt::Display) -> Self {
        Self::Usage(text.to_string())
    }

    /// Creates a failure from a one-sentence message.
    pub fn failure(text: impl std::fmt::Display) -> Self {
        Self::Failure(text.to_string())
    }

    /// Returns a conversion of errors to failures that name a file.
    pub fn at<E: std::fmt::Display>(path: &std::path::Path) -> impl Fn(E) -> Self {
        move |error| Self::failure(format!("{}: {error}", path.display()))
    }

    /// Converts a start failure to an error with all its causes, because the reader is the operator.
    pub fn of_start(error: impl std::error::Error) -> Self {
        Self::Failure(with_causes(&error))
    }

    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Conflict(_) => ExitCode::from(5),
            Self::Unavailable(_) => ExitCode::from(6),
            Self::Differs(_) => ExitCode::from(7),
            Self::Hindered(_) => ExitCode::from(8),
            Self::Failure(_) | Self::Config(_) => ExitCode::FAILURE,
        }
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        Self::failure(error)
    }
}

impl From<ArchiveError> for CliError {
    fn from(error: ArchiveError) -> Self {
        Self::failure(error)
    }
}

impl From<LoggingError> for CliError {
    fn from(error: LoggingError) -> Self {
        Self::failure(error)
    }
}

#[cfg(feature = "demo")]
impl From<doorward_tasks::TasksError> for CliError {
    fn from(error: doorward_tasks::TasksError) -> Self {
        use doorward_tasks::TasksError;
        match error {
            TasksError::Config(error) => error.into(),
            TasksError::Failure(text) => Self::Failure(text),
            TasksError::Conflict(text) => Self::Conflict(text),
            TasksError::Unavailable(text) => Self::Unavailable(text),
        }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let text = with_causes(&error);
        match error {
            StoreError::Conflict { .. } => Self::Conflict(text),
            StoreError::Unavailable(_) => Self::Unavailable(text),
            _ => Self::Failure(text),
        }
    }
}

impl From<audit_archive::ArchiveError> for CliError {
    fn from(error: audit_archive::ArchiveError) -> Self {
        match error {
            audit_archive::ArchiveError::Store(error) => error.into(),
            _ => Self::Failure(with_causes(&error)),
        }
    }
}

impl From<MoveError> for CliError {
    fn from(error: MoveError) -> Self {
        let text = with_causes(&error);
        if error.is_conflict() {
            Self::Conflict(text)
        } else {
            Self::Failure(text)
        }
    }
}

impl From<AdminError> for CliError {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Store(error) => error.into(),
            AdminError::Taken { .. } => Self::Conflict(with_causes(&error)),
            _ => Self::Failure(with_causes(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_code_tells_conflict_and_missing_dependency() {
        let conflict = || StoreError::Conflict {
            table: "users".to_owned(),
            field: "email".to_owned(),
        };
        let taken = AdminError::Taken {
            kind: "user",
            name: "anna".to_owned(),
        };
        let stops = || StoreError::Unavailable("closed".into());
        for (error, code) in [
            (CliError::from(conflict()), 5),
            (AdminError::Store(conflict()).into(), 5),
            (taken.into(), 5),
            (CliError::from(stops()), 6),
            (AdminError::Store(stops()).into(), 6),
            (audit_archive::ArchiveError::Store(stops()).into(), 6),
            (StoreError::ReadOnly.into(), 1),
            (AdminError::MailDisabled.into(), 1),
            (CliError::Differs("1 user differs".to_owned()), 7),
            (CliError::Hindered("disk full".to_owned()), 8),
        ] {
            assert_eq!(error.exit_code(), ExitCode::from(code), "{error}");
        }
    }
}
