//! Opening the database, reading from it, and writing in transactions.

mod copy;
mod database;
mod durable;
mod health;
mod migrate;
mod observe;
mod open;
mod postgres_tools;
mod snapshot;
mod turns;
mod watch;

pub use copy::{Taken, take_over};
pub use database::{Conn, Db, Reader, WriteTx};
pub use migrate::{Migrated, MigrationStatus, known_migrations};
pub use observe::{Ran, counting};
pub use open::OpenOptions;
pub use postgres_tools::{PostgresTool, ToolError};
pub use snapshot::Snapshots;
