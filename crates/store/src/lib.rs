//! All data access: SQL through sea-orm, and expendable data in memory or Redis.
//!
//! The store returns data and makes no decisions. SQL holds the authoritative data; one conditional
//! statement enforces single use ([`repo::grants::redeem`], [`repo::grants::rotate`]).

pub mod db;
mod entity;
pub mod ephemeral;
pub mod error;
pub mod repo;

pub use db::{Conn, Db, MigrationStatus, OpenOptions, WriteTx};
pub use ephemeral::{Ephemeral, Key, open_ephemeral};
pub use error::StoreError;
