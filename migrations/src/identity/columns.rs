//! Column definitions shared by all tables.
//!
//! Times are Unix seconds in a big integer, collections are JSON in text, and hashes are bytes, on
//! both databases.

use sea_orm_migration::prelude::*;

/// Defines a required text column.
pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// Defines an optional text column.
pub fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// Defines a text primary key.
pub fn text_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().primary_key().take()
}

/// Defines a required time column in Unix seconds.
pub fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// Defines an optional time column.
pub fn time_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// Defines a required number, such as a count.
pub fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// Defines an optional number.
pub fn number_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// Defines a Boolean column.
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// Defines a required UUID column.
pub fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// Defines an optional UUID column.
pub fn uuid_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// Defines a UUID primary key.
pub fn uuid_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().primary_key().take()
}

/// Defines a required bytes column.
pub fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// Defines an optional bytes column.
pub fn bytes_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}

/// Defines a bytes primary key.
pub fn bytes_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().primary_key().take()
}
