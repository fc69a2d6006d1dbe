//! Creation of a table with its indexes.

use sea_orm::sea_query::TableCreateStatement;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr};

use crate::migration::execute;

/// Creates the table and its indexes, such as `name (column, column)`.
pub(super) async fn create(
    tx: &DatabaseTransaction,
    table: &'static str,
    statement: &mut TableCreateStatement,
    indexes: &[&str],
) -> Result<(), DbErr> {
    tx.execute(&statement.table(table).take()).await?;
    for index in indexes {
        let index = index.replacen(" (", &format!(" ON {table} ("), 1);
        execute(tx, [format!("CREATE INDEX {index}")]).await?;
    }
    Ok(())
}
