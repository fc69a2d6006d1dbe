//! Folded names of users and clients, and indexes for search by prefix.
//!
//! The former release does not write the folded names: what it changes beside this one is found by its
//! new name after the next change.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use super::columns::text_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Columns that are searched, with their tables.
const KEYS: [(&str, &str); 5] = [
    ("users", "username_key"),
    ("users", "email_key"),
    ("users", "display_key"),
    ("clients", "id"),
    ("clients", "name_key"),
];

/// The full name in lower case. SQLite folds only ASCII here; the next change of the profile
/// stores the exact key.
const SQLITE_NAME: &str = "LOWER(TRIM(COALESCE(json_extract(profile, '$.given_name') || ' ', '') \
     || COALESCE(json_extract(profile, '$.middle_name') || ' ', '') \
     || COALESCE(json_extract(profile, '$.family_name'), '')))";
const POSTGRES_NAME: &str = "LOWER(TRIM(COALESCE((CAST(profile AS json) ->> 'given_name') || ' ', '') \
     || COALESCE((CAST(profile AS json) ->> 'middle_name') || ' ', '') \
     || COALESCE(CAST(profile AS json) ->> 'family_name', '')))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("users", "display_key"), ("clients", "name_key")] {
            let column = text_null(column);
            let change = Table::alter().table(table).add_column(column).take();
            manager.alter_table(change).await?;
        }
        let is_postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
        let name = if is_postgres {
            POSTGRES_NAME
        } else {
            SQLITE_NAME
        };
        let connection = manager.get_connection();
        for statement in [
            format!("UPDATE users SET display_key = NULLIF({name}, '')"),
            "UPDATE clients SET name_key = LOWER(TRIM(name))".to_owned(),
        ] {
            connection.execute_unprepared(&statement).await?;
        }
        for (table, column) in KEYS {
            // A range of bytes. SQLite compares bytes already, and its unique indexes serve.
            let (key, is_new) = if is_postgres {
                (format!("{column} COLLATE \"C\""), true)
            } else {
                (
                    column.to_owned(),
                    matches!(column, "display_key" | "name_key"),
                )
            };
            if is_new {
                let index = format!("CREATE INDEX search_{table}_{column} ON {table} ({key})");
                connection.execute_unprepared(&index).await?;
            }
        }
        Ok(())
    }
}
