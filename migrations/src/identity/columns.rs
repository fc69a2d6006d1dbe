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

/// Defines a foreign key that deletes rows together with the row they refer to.
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

/// Creates an index for queries by these columns.
pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager.create_index(named("ix", table, columns)).await
}

/// Creates an index of the rows that fulfil a condition. The columns are separated by `, `.
pub async fn partial_index(
    manager: &SchemaManager<'_>,
    table: &str,
    columns: &str,
    condition: &str,
) -> Result<(), DbErr> {
    let name = columns.replace(", ", "__");
    let statement =
        format!("CREATE INDEX ix_{table}__{name} ON {table} ({columns}) WHERE {condition}");
    let connection = manager.get_connection();
    connection.execute_unprepared(&statement).await?;
    Ok(())
}

/// Creates a unique index.
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
