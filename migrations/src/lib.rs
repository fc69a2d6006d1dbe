//! Schema migrations of the identity server and of the tasks API, one set for SQLite and PostgreSQL.

pub mod identity;
pub mod tasks;

/// Table that a database has while `doorward move` fills it. Both servers refuse such a database.
pub const MOVE_MARKER: &str = "doorward_move";
