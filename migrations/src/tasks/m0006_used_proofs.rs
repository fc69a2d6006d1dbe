//! Used DPoP proofs, by their hash (RFC 9449 §11.1), shared by all processes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum TasksUsedProofs {
    Table,
    Name,
    ExpiresAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(TasksUsedProofs::Table)
                    .if_not_exists()
                    .col(binary(TasksUsedProofs::Name).primary_key())
                    .col(big_integer(TasksUsedProofs::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("tasks_used_proofs_expires")
                    .if_not_exists()
                    .table(TasksUsedProofs::Table)
                    .col(TasksUsedProofs::ExpiresAt)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(TasksUsedProofs::Table).to_owned())
            .await
    }
}
