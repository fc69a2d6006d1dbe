//! The PKCE policy of each client, and the data that decide when `auto` becomes `required`.
//!
//! `pkce_exception` is no longer read; a later release removes it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::columns::{text, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Existing clients use PKCE today.
        let policy = text("pkce").default("required").take();
        let streak = ColumnDef::new("pkce_streak")
            .integer()
            .not_null()
            .default(0)
            .take();
        for column in [policy, streak, text_null("code_protection")] {
            let change = Table::alter().table("clients").add_column(column).take();
            manager.alter_table(change).await?;
        }
        // A client with an unexpired exception need not use PKCE.
        let until = match manager.get_database_backend() {
            DbBackend::Postgres => {
                "(pkce_exception::json->>'until')::bigint > extract(epoch from now())"
            }
            _ => "json_extract(pkce_exception, '$.until') > CAST(strftime('%s', 'now') AS INTEGER)",
        };
        let change = format!(
            "UPDATE clients SET pkce = 'auto' WHERE kind = 'confidential' AND pkce_exception IS NOT NULL AND {until}"
        );
        let connection = manager.get_connection();
        connection.execute_unprepared(&change).await.map(drop)
    }
}
