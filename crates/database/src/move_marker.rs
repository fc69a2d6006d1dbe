//! The table that marks a database while a move fills it.

use doorward_migrations::MOVE_MARKER;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use super::database::Db;
use crate::error::StoreError;

impl Db {
    /// Marks the database before a move fills it, so that no server uses it meanwhile.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the table cannot be created.
    pub async fn begin_move(&self) -> Result<(), StoreError> {
        self.change_marker(&format!(
            "CREATE TABLE IF NOT EXISTS {MOVE_MARKER} (started_at bigint)"
        ))
        .await
    }

    /// Removes the mark of a database that a move has filled.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the table cannot be dropped.
    pub async fn end_move(&self) -> Result<(), StoreError> {
        let drop = format!("DROP TABLE IF EXISTS {MOVE_MARKER}");
        self.change_marker(&drop).await
    }

    async fn change_marker(&self, statement: &str) -> Result<(), StoreError> {
        let tx = self.begin_write().await?;
        tx.execute_unprepared(statement).await?;
        tx.commit().await
    }

    /// Rejects a database that a move has not filled completely.
    ///
    /// # Errors
    /// Returns [`StoreError::MoveUnfinished`] for such a database.
    pub async fn reject_unfinished_move(&self) -> Result<(), StoreError> {
        if has_table(self.read_reserved(), MOVE_MARKER).await? {
            return Err(StoreError::MoveUnfinished);
        }
        Ok(())
    }
}

/// Returns true if the database has the table.
pub(super) async fn has_table(
    conn: &impl sea_orm::ConnectionTrait,
    name: &str,
) -> Result<bool, DbErr> {
    let backend = conn.get_database_backend();
    let exists = match backend {
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass(quote_ident($1)) IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    let exists = Statement::from_sql_and_values(backend, exists, [name.into()]);
    Ok(conn.query_one_raw(exists).await?.is_some())
}
