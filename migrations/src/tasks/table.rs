//! Creation of a table with its indexes, and other statements. What they create may exist already: on
//! SQLite several processes may apply the same migration at once.

use sea_orm_migration::prelude::*;

/// Creates the table and its indexes, such as `name (column, column)`.
pub(super) async fn create(
    manager: &SchemaManager<'_>,
    table: &'static str,
    statement: &mut TableCreateStatement,
    indexes: &[&str],
) -> Result<(), DbErr> {
    manager
        .create_table(statement.table(table).if_not_exists().take())
        .await?;
    let mut statements = Vec::new();
    for index in indexes {
        let index = index.replacen(" (", &format!(" ON {table} ("), 1);
        statements.push(format!("CREATE INDEX IF NOT EXISTS {index}"));
    }
    execute(manager, statements).await
}

/// Executes statements in turn.
pub(super) async fn execute(
    manager: &SchemaManager<'_>,
    statements: impl IntoIterator<Item: AsRef<str>>,
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(statement.as_ref()).await?;
    }
    Ok(())
}
