//! The few column shapes that every table is made of.
//!
//! Times are Unix seconds in a big integer, collections are JSON in text, hashes are bytes: the
//! same on both databases.

use sea_orm_migration::prelude::*;

/// A text column that must have a value.
pub fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// A text column that may be empty of a value.
pub fn text_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// A text primary key.
pub fn text_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().primary_key().take()
}

/// A point in time, in Unix seconds.
pub fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A point in time that may not have come.
pub fn time_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().null().take()
}

/// Yes or no.
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// A UUID that must have a value.
pub fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// A UUID that may be absent.
pub fn uuid_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// A UUID primary key.
pub fn uuid_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().primary_key().take()
}

/// Bytes that must be there.
pub fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// Bytes that may be absent.
pub fn bytes_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().null().take()
}

/// Bytes as the primary key.
pub fn bytes_key(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().primary_key().take()
}

/// A foreign key whose rows go with the row that they belong to.
pub fn belongs_to(
    table: &'static str,
    column: &'static str,
    target: &'static str,
    target_column: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}__{column}"))
        .from(table, column)
        .to(target, target_column)
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// Creates an index for look-ups by these columns.
pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager.create_index(named("ix", table, columns)).await
}

/// Creates an index that also forbids a second row with the same values.
pub async fn unique(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager
        .create_index(named("uq", table, columns).unique().take())
        .await
}

fn named(prefix: &str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("{prefix}_{table}__{}", columns.join("__")))
        .table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
