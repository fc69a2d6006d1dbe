//! Objects whose rows are deleted in batches, and the indexes by which these rows are found.
//!
//! An object with many rows is marked by `deleted_at`, and stored in `deletions` until the last of its
//! rows and its own row are deleted. Organizations and their rows have always been marked.

use sea_orm_migration::prelude::*;

use super::columns::{index, text, time, time_null};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables of the marked objects.
const MARKED: [&str; 5] = ["users", "clients", "roles", "groups", "profile_fields"];

/// Tables and columns that refer to deleted rows. Without these indexes, each deleted client or grant
/// reads the whole table.
const REFERENCES: [(&str, &str); 2] = [
    ("device_requests", "client_id"),
    ("reference_tokens", "client_id"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let deletions = table("deletions")
            .col(text("kind"))
            .col(text("id"))
            .col(time("started_at"))
            .key(&["kind", "id"]);
        create(manager, [deletions]).await?;
        for name in MARKED {
            let column = time_null("deleted_at");
            let change = Table::alter().table(name).add_column(column).take();
            manager.alter_table(change).await?;
        }
        for (name, column) in REFERENCES {
            index(manager, name, &[column]).await?;
        }
        Ok(())
    }
}
