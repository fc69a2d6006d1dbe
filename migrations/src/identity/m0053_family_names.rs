//! Folded family names of users, with an index for search by prefix.
//!
//! The former release does not write them: what it changes beside this one is found by its new family
//! name after the next change.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text_null("family_key");
        let change = Table::alter().table("users").add_column(column).take();
        manager.alter_table(change).await?;
        // SQLite folds only ASCII here; the next change of the profile stores the exact key.
        let (name, key) = match manager.get_database_backend() {
            DatabaseBackend::Postgres => (
                "CAST(profile AS json) ->> 'family_name'",
                "family_key COLLATE \"C\"",
            ),
            _ => ("json_extract(profile, '$.family_name')", "family_key"),
        };
        for statement in [
            format!("UPDATE users SET family_key = NULLIF(LOWER(TRIM({name})), '')"),
            format!("CREATE INDEX search_users_family_key ON users ({key})"),
        ] {
            manager
                .get_connection()
                .execute_unprepared(&statement)
                .await?;
        }
        Ok(())
    }
}
