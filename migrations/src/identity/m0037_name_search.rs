//! Folded names of organizations, and indexes for search of groups, organizations and roles by prefix.
//!
//! The former release does not write the folded names: it is the same as with those of users and
//! clients.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Columns that are searched, with their tables.
const KEYS: [(&str, &str); 4] = [
    ("groups", "path"),
    ("organizations", "slug"),
    ("organizations", "name_key"),
    ("roles", "name"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text_null("name_key");
        let change = Table::alter()
            .table("organizations")
            .add_column(column)
            .take();
        manager.alter_table(change).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared("UPDATE organizations SET name_key = LOWER(TRIM(name))")
            .await?;
        let is_postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
        for (table, column) in KEYS {
            // A range of bytes. SQLite compares bytes already, and its unique indexes serve.
            let (key, is_new) = if is_postgres {
                (format!("{column} COLLATE \"C\""), true)
            } else {
                (column.to_owned(), matches!(column, "path" | "name_key"))
            };
            if is_new {
                let index = format!("CREATE INDEX search_{table}_{column} ON {table} ({key})");
                connection.execute_unprepared(&index).await?;
            }
        }
        Ok(())
    }
}
