//! Password hashes of other programs: temporary passwords, imported client secrets, and an index of
//! the hashes that no sign-in has replaced yet.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use super::columns::{flag, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let temporary = flag("password_change_required").default(false).take();
        let change = Table::alter().table("users").add_column(temporary).take();
        manager.alter_table(change).await?;
        let secret = text_null("foreign_secret");
        let change = Table::alter().table("clients").add_column(secret).take();
        manager.alter_table(change).await?;
        // Ordered by bytes, so that hashes of one form are neighbours.
        let column = match manager.get_database_backend() {
            DatabaseBackend::Postgres => "password_hash COLLATE \"C\"",
            _ => "password_hash",
        };
        let index = format!(
            "CREATE INDEX users_foreign_hash ON users ({column}) \
             WHERE substr(password_hash, 1, 9) = '$foreign1'"
        );
        let connection = manager.get_connection();
        connection.execute_unprepared(&index).await.map(drop)
    }
}
