//! Indexes for the filters of the lists of users and clients.
//!
//! There is none for the time of the last sign-in: on PostgreSQL it would make each sign-in write to
//! every index of the user.

use sea_orm_migration::prelude::*;

use super::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Names, tables and conditions of partial indexes in the order of the IDs.
const PARTIAL: [(&str, &str, &str); 4] = [
    ("disabled", "users", "disabled_at IS NOT NULL"),
    ("deletion", "users", "deletion_due_at IS NOT NULL"),
    ("unverified", "users", "NOT email_verified"),
    ("disabled", "clients", "disabled_at IS NOT NULL"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (name, table, condition) in PARTIAL {
            let statement =
                format!("CREATE INDEX ix_{table}__id__{name} ON {table} (id) WHERE {condition}");
            connection.execute_unprepared(&statement).await?;
        }
        index(manager, "clients", &["registered_by", "id"]).await?;
        let holders = ["role", "subject_kind", "subject_id"];
        index(manager, "role_assignments", &holders).await
    }
}
