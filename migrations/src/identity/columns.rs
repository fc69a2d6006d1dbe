//! Column definitions shared by all tables: each is required, unless its name ends with `null`.
//!
//! Times are Unix seconds in a big integer, collections are JSON in text, and hashes are bytes, on
//! both databases.

use sea_orm_migration::prelude::ColumnDef;
pub use sea_orm_migration::schema::{
    big_integer as number, big_integer as time, big_integer_null as number_null,
    big_integer_null as time_null, blob as bytes, blob_null as bytes_null, boolean as flag,
    boolean_null as flag_null, integer, pk_uuid as uuid_key, text, text_null, uuid, uuid_null,
};

/// Defines a text primary key.
pub fn text_key(name: &'static str) -> ColumnDef {
    text(name).primary_key().take()
}

/// Defines a bytes primary key.
pub fn bytes_key(name: &'static str) -> ColumnDef {
    bytes(name).primary_key().take()
}
