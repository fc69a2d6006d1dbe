//! The only door to data: SQL through sea-orm, and what may be lost through memory or Redis.
//!
//! The store returns facts, never verdicts. Truth lives in SQL; what single use means is decided
//! there by one conditional statement ([`repo::codes::consume`], [`repo::refresh_tokens::consume`]).

pub mod db;
mod entity;
pub mod ephemeral;
pub mod error;
pub mod repo;

pub use db::{Conn, Db, MigrationStatus, OpenOptions, Reader, WriteTx};
pub use ephemeral::{Ephemeral, Key, open_ephemeral};
pub use error::StoreError;
