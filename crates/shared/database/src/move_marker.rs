//! The table that marks a database while a move fills it.

use doorward_domain::boxed;
use doorward_migrations::{MOVE_MARKER, has_table};
use sea_orm::ConnectionTrait as _;

use super::database::Db;
use crate::error::{Result, StoreError};

impl Db {
    /// Marks the database before a move fills it, so that no server uses it meanwhile.
    pub(crate) async fn begin_move(&self) -> Result<()> {
        self.change_marker(&format!(
            "CREATE TABLE IF NOT EXISTS {MOVE_MARKER} (started_at bigint)"
        ))
        .await
    }

    /// Removes the mark of a database that a move has filled.
    pub(crate) async fn end_move(&self) -> Result<()> {
        let drop = format!("DROP TABLE IF EXISTS {MOVE_MARKER}");
        self.change_marker(&drop).await
    }

    async fn change_marker(&self, statement: &str) -> Result<()> {
        let tx = self.begin_write().await?;
        tx.execute_unprepared(statement).await?;
        tx.commit().await
    }

    /// Returns [`StoreError::MoveUnfinished`] for a database that a move has not filled completely.
    #[boxed]
    pub async fn reject_unfinished_move(&self) -> Result<()> {
        if has_table(self.read_reserved(), MOVE_MARKER).await? {
            return Err(StoreError::MoveUnfinished);
        }
        Ok(())
    }
}
