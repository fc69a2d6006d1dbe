//! Errors of a move.

use sea_orm::DbErr;

use crate::error::StoreError;

/// A move that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// A database that another process uses.
    #[error("another process works on {0}; stop the servers first")]
    InUse(String),
    /// A target that has rows.
    #[error("the table {0} of the new database has rows already; name an empty database")]
    NotEmpty(String),
    /// A table with other columns in one of the databases.
    #[error("the columns of the table {0} differ in the two databases")]
    OtherColumns(String),
    /// A column of a type that has no counterpart.
    #[error("the column {table}.{column} has the type {kind}, which no move copies")]
    UnknownType {
        table: String,
        column: String,
        /// Type in PostgreSQL.
        kind: String,
    },
    /// Rows of a table that could not be copied.
    #[error("the table {table} could not be copied")]
    Table {
        table: String,
        #[source]
        cause: StoreError,
    },
    /// A table with other rows in the target.
    #[error(
        "the table {table} has {written} rows in the new database and {read} in the former one, or other \
         values; nothing was moved"
    )]
    Different {
        table: String,
        /// Number of rows in the source.
        read: u64,
        /// Number of rows in the target.
        written: u64,
    },
    /// Rows that refer to missing rows.
    #[error("{0}; nothing was moved")]
    Dangling(String),
    /// A failed statement.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MoveError {
    /// Returns true if the state of a database prevents the move, not a failure.
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::InUse(_) | Self::NotEmpty(_))
    }

    pub(super) fn of_table(table: &str, cause: DbErr) -> Self {
        Self::Table {
            table: table.to_owned(),
            cause: cause.into(),
        }
    }
}

impl From<DbErr> for MoveError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}
