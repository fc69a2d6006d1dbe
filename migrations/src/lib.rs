//! Schema migrations of the identity server and of the tasks API, one set for SQLite and PostgreSQL, and
//! copies of an SQLite file from before them.

mod columns;
pub mod identity;
mod migration;
mod snapshot;
pub mod tasks;

pub use migration::{Migration, Migrations, has_table};
pub use snapshot::{Draft, Snapshots};

/// Table that a database has while `doorward move` fills it. Both servers refuse such a database.
pub const MOVE_MARKER: &str = "doorward_move";
