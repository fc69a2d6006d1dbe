//! Errors of the store.

use std::io;

use sea_orm::sqlx::error::{DatabaseError, ErrorKind};
use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxPostgresError};

/// The cause of a [`StoreError`], for logs only, never for a response.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A failed store operation.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A database or Redis that cannot be reached or is too busy. A retry may succeed.
    #[error("the store cannot be reached or is too busy")]
    Unavailable(#[source] Source),
    /// A disk without space for a write. A retry succeeds when there is space again.
    #[error("disk full: the database has no space to write; free some space on its disk")]
    Full(#[source] Source),
    /// A row with an invalid value.
    #[error("the column {table}.{column} of the row {id} holds an impossible value")]
    Corrupt {
        table: &'static str,
        column: &'static str,
        /// Key of the row as text (hexadecimal if the key is a hash).
        id: String,
    },
    /// A value that another row already has.
    #[error("there already is a row of {table} with this {field}")]
    Conflict {
        table: String,
        /// Column, or columns separated by commas.
        field: String,
    },
    /// A reference to a row that does not exist.
    #[error("the row refers to another one that does not exist")]
    MissingReference,
    /// A schema made by a newer release.
    #[error(
        "the database schema is newer than this program: it has the migration {version}, which \
         this release does not know; start the newer release again, or restore a backup"
    )]
    SchemaTooNew {
        /// First migration that this program does not know.
        version: String,
    },
    /// A schema made by a development version before release 0.1.0.
    #[error(
        "the database was made by a development version before release 0.1.0 (it has the migration \
         {version}), which no release upgrades; create a new database, or use the program that made it"
    )]
    SchemaUnreleased {
        /// First migration of those versions.
        version: String,
    },
    /// A database that `doorward move` has not filled completely.
    #[error(
        "a move into this database is not complete: repeat `doorward move`, or name another database"
    )]
    MoveUnfinished,
    /// An unusable database or Redis URL.
    #[error("{0}")]
    Address(String),
    #[error("the database can only be read")]
    ReadOnly,
    /// A statement that the database rejected.
    #[error("the database refused a statement")]
    Query(#[source] Source),
}

impl StoreError {
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Returns true if the same operation may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Full(_))
    }

    /// Classifies an error of a file of the database.
    pub fn of_file(error: io::Error) -> Self {
        if is_full(&error) {
            Self::Full(error.into())
        } else {
            Self::unavailable(error)
        }
    }

    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// Returns true if a row with the same value of this field already exists.
    pub fn is_conflict_on(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { field, .. } if field == name)
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause)) => match classify(cause) {
                Some(full @ Self::Full(_)) => full,
                _ => Self::unavailable(error),
            },
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::unavailable(error),
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                classify(cause).unwrap_or_else(|| Self::Query(error.into()))
            }
            _ => Self::Query(error.into()),
        }
    }
}

/// Classifies the driver's error; `None` for an invalid statement.
fn classify(cause: &SqlxError) -> Option<StoreError> {
    match cause {
        SqlxError::Database(database) => classify_database_error(database.as_ref()),
        SqlxError::Io(error) if is_full(error) => Some(StoreError::Full(cause.to_string().into())),
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed => Some(StoreError::unavailable(cause.to_string())),
        _ => None,
    }
}

fn classify_database_error(error: &dyn DatabaseError) -> Option<StoreError> {
    match error.kind() {
        ErrorKind::UniqueViolation => return Some(conflict(error)),
        ErrorKind::ForeignKeyViolation => return Some(StoreError::MissingReference),
        _ => {}
    }
    let code = error.code()?;
    let (is_full, is_passing) = match error.try_downcast_ref::<SqlxPostgresError>() {
        Some(_) => (code == "53100", is_passing_postgres(&code)),
        None => (is_full_sqlite(&code), is_passing_sqlite(&code)),
    };
    if is_full {
        return Some(StoreError::Full(error.to_string().into()));
    }
    is_passing.then(|| StoreError::unavailable(error.to_string()))
}

/// Returns true for temporary SQLSTATE classes: connection exceptions (08), serialization failures
/// and deadlocks (40), insufficient resources (53), statement or lock timeouts (57014, 55P03), and
/// an administrator's shutdown (57P).
fn is_passing_postgres(code: &str) -> bool {
    ["08", "40", "53", "57P"]
        .iter()
        .any(|class| code.starts_with(class))
        || matches!(code, "57014" | "55P03" | "25006")
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// Returns true for the SQLite result codes FULL and `IOERR_SHMSIZE`: the file that connections share
/// could not grow.
fn is_full_sqlite(code: &str) -> bool {
    code.parse::<u32>()
        .is_ok_and(|code| code & 0xff == 13 || code == 4874)
}

/// Returns true for temporary SQLite result codes: BUSY, LOCKED, NOMEM, READONLY, IOERR, CANTOPEN, PROTOCOL.
/// The low byte of an extended code is its primary code.
fn is_passing_sqlite(code: &str) -> bool {
    code.parse::<u32>()
        .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 14 | 15))
}

fn conflict(error: &dyn DatabaseError) -> StoreError {
    let (table, field) = match error.try_downcast_ref::<SqlxPostgresError>() {
        Some(postgres) => (
            postgres.table().unwrap_or_default().to_owned(),
            postgres
                .detail()
                .and_then(columns_of_detail)
                .unwrap_or_default(),
        ),
        None => columns_of_message(error.message()),
    };
    StoreError::Conflict { table, field }
}

/// Extracts the columns: `Key (username_key)=(alice) already exists.` → `username_key`. The value
/// must not be logged.
fn columns_of_detail(detail: &str) -> Option<String> {
    let (_, rest) = detail.split_once('(')?;
    let (columns, _) = rest.split_once(")=(")?;
    Some(columns.replace(' ', ""))
}

/// Extracts table and columns: `UNIQUE constraint failed: consents.user_id, consents.client_id` →
/// `consents`, `user_id,client_id`.
fn columns_of_message(message: &str) -> (String, String) {
    let columns = message
        .rsplit_once(": ")
        .map_or(message, |(_, columns)| columns);
    let mut table = String::new();
    let mut fields = Vec::new();
    for column in columns.split(", ") {
        match column.split_once('.') {
            Some((owner, name)) => {
                owner.clone_into(&mut table);
                fields.push(name);
            }
            None => fields.push(column),
        }
    }
    (table, fields.join(","))
}

#[cfg(test)]
mod tests;
