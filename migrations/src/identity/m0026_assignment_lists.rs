//! Indexes for lists of role assignments by role, organization and expiry. A later release removes
//! the index of the role alone.

use sea_orm_migration::prelude::*;

use super::columns::{index, partial_index};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "role_assignments";

/// Columns and conditions of the partial indexes. Most assignments have neither an organization nor
/// an expiry, and are in none of them.
const PARTIAL: [(&str, &str); 4] = [
    ("org, id", "org IS NOT NULL"),
    ("expires_at, id", "expires_at IS NOT NULL"),
    ("role, expires_at, id", "expires_at IS NOT NULL"),
    (
        "org, expires_at, id",
        "org IS NOT NULL AND expires_at IS NOT NULL",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, TABLE, &["role", "id"]).await?;
        for (columns, condition) in PARTIAL {
            partial_index(manager, TABLE, columns, condition).await?;
        }
        Ok(())
    }
}
