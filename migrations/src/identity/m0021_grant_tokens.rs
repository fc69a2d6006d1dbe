//! The code and the refresh tokens of a grant, in its own row.
//!
//! The tables `codes` and `refresh_tokens` are no longer written. The latter is still read: the
//! first use of a token in it moves its family to the grant. A later release removes both.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::columns::{bytes_null, text_null, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No index: the text of a code or token names its grant.
        let columns = [
            bytes_null("code_hash"),
            text_null("redirect_uri"),
            ColumnDef::new("redirect_uri_given").boolean().null().take(),
            text_null("code_challenge"),
            text_null("code_jkt"),
            time_null("code_expires_at"),
            time_null("code_used_at"),
            text_null("code_problem"),
            ColumnDef::new("refresh_generation")
                .big_integer()
                .null()
                .take(),
            bytes_null("refresh_hash"),
            bytes_null("refresh_sealed"),
            text_null("refresh_jkt"),
            text_null("refresh_certificate"),
            time_null("refresh_issued_at"),
            time_null("refresh_expires_at"),
        ];
        // SQLite adds one column at a time.
        for column in columns {
            let change = Table::alter().table("grants").add_column(column).take();
            manager.alter_table(change).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            // Free space in each page: an update of a column without index then stays in its page
            // and changes no index.
            let spare = "ALTER TABLE grants SET (fillfactor = 70)";
            manager.get_connection().execute_unprepared(spare).await?;
        }
        Ok(())
    }
}
