//! All statements on the database.
//!
//! The store returns data and makes no decisions. SQL holds the authoritative data; one conditional
//! statement enforces single use ([`repo::grants::redeem`], [`repo::grants::rotate`]).

pub mod repo;

use doorward_database::entity;

pub use doorward_database::ephemeral::{Ephemeral, Key, open_ephemeral};
pub use doorward_database::error::StoreError;
pub use doorward_database::{self as db, ephemeral, error};
pub use doorward_database::{Conn, Db, MigrationStatus, OpenOptions, WriteTx};
