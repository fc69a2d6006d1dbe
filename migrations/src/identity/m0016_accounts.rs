//! Users without a user name, the time of the latest sign-in, and codes of groups.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use super::columns::{text_null, time_null, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("users")
            .add_column(time_null("last_login_at"))
            .take();
        manager.alter_table(change).await?;
        let change = Table::alter()
            .table("groups")
            .add_column(text_null("code"))
            .take();
        manager.alter_table(change).await?;
        // Unique without regard to case, in an organization or outside all of them.
        let connection = manager.get_connection();
        let index =
            "CREATE UNIQUE INDEX uq_groups__code ON groups (COALESCE(org, ''), LOWER(code))";
        connection.execute_unprepared(index).await?;
        allow_no_username(manager).await
    }
}

/// Makes the columns of the user name nullable; unique indexes admit any number of null values.
async fn allow_no_username(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DatabaseBackend::Postgres {
        for column in ["username", "username_key"] {
            let change = format!("ALTER TABLE users ALTER COLUMN {column} DROP NOT NULL");
            connection.execute_unprepared(&change).await?;
        }
        return Ok(());
    }
    // SQLite cannot change a column. Rebuilding the table would delete the rows that refer to it.
    connection
        .execute_unprepared("DROP INDEX uq_users__username_key")
        .await?;
    for column in ["username", "username_key"] {
        for change in [
            format!("ALTER TABLE users ADD COLUMN new_{column} text"),
            format!("UPDATE users SET new_{column} = {column}"),
            format!("ALTER TABLE users DROP COLUMN {column}"),
            format!("ALTER TABLE users RENAME COLUMN new_{column} TO {column}"),
        ] {
            connection.execute_unprepared(&change).await?;
        }
    }
    unique(manager, "users", &["username_key"]).await
}
