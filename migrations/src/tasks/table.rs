//! Creation of a table with its indexes, and additional columns. They may exist already: on SQLite
//! several processes may apply the same migration at once.

use sea_orm_migration::prelude::*;

/// Creates the table and its indexes.
pub(super) async fn create(
    manager: &SchemaManager<'_>,
    table: &'static str,
    statement: &mut TableCreateStatement,
    indexes: &[(&'static str, &[&'static str])],
) -> Result<(), DbErr> {
    manager
        .create_table(statement.table(table).if_not_exists().take())
        .await?;
    create_indexes(manager, table, indexes).await
}

/// Creates indexes of a table.
pub(super) async fn create_indexes(
    manager: &SchemaManager<'_>,
    table: &'static str,
    indexes: &[(&'static str, &[&'static str])],
) -> Result<(), DbErr> {
    for (name, columns) in indexes {
        let mut index = Index::create();
        index.if_not_exists().name(*name).table(table);
        for column in *columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Adds a column, unless the table has it.
pub(super) async fn add_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    if manager.has_column(table, name).await? {
        return Ok(());
    }
    let change = Table::alter().table(table).add_column(column).take();
    manager.alter_table(change).await
}
