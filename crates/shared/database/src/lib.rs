//! The database: opening it, reading from it, writing in transactions, and its tables; and expendable
//! data in memory or Redis. `doorward-store` has the statements.

mod batches;
mod compatibility;
mod conn;
mod copy;
mod database;
mod enclosing;
pub mod entity;
pub mod ephemeral;
pub mod error;
mod file_access;
mod foreign;
mod group_commit;
mod health;
mod hosts;
mod joined_part;
mod liveness;
mod migrate;
mod move_marker;
mod open;
mod pool_queue;
mod postgres_tools;
mod sql;
mod statement_metrics;
mod transfer;
mod upgrade_plan;
mod visible_writes;
mod write_probe;

pub use doorward_migrations::Snapshots;
pub use doorward_migrations::identity::UNRELEASED;

pub use conn::MAX_VALUES;
pub use conn::{Conn, WriteTx};
pub use copy::{FileAvailability, take_over};
pub use database::Db;
pub use enclosing::{EnclosingTx, Parts};
pub use foreign::{Cursor, ForeignDb};
pub use health::Durability;
pub use migrate::{Migrated, MigrationStatus, known_migrations, reject_unknown};
pub use open::{OpenOptions, connect};
pub use postgres_tools::{PostgresTool, ToolError};
pub use statement_metrics::Ran;
pub use transfer::{MoveError, Moved, PendingMove, database_tables};
pub use upgrade_plan::{UpgradePlan, UpgradeStep};
pub use write_probe::WriteFailure;
