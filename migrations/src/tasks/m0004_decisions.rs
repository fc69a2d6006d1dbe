//! Denial records for later explanation, and audit events: denials and reads of restricted data.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, pk_uuid, string, string_len, string_null, text, uuid_null,
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Decisions {
    Table,
    Id,
    CreatedAt,
    Org,
    Subject,
    ClientId,
    Method,
    Path,
    Action,
    Status,
    Resource,
    Record,
}

#[derive(DeriveIden)]
enum TasksAudit {
    Table,
    Id,
    CreatedAt,
    Kind,
    Org,
    Subject,
    ClientId,
    Action,
    Resource,
    DecisionId,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Decisions::Table)
                    .if_not_exists()
                    .col(pk_uuid(Decisions::Id))
                    .col(big_integer(Decisions::CreatedAt))
                    .col(string(Decisions::Org))
                    .col(string_null(Decisions::Subject))
                    .col(string_null(Decisions::ClientId))
                    .col(string_len(Decisions::Method, 16))
                    .col(text(Decisions::Path))
                    .col(string_len(Decisions::Action, 64))
                    .col(integer(Decisions::Status))
                    .col(string_null(Decisions::Resource))
                    .col(text(Decisions::Record))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TasksAudit::Table)
                    .if_not_exists()
                    .col(pk_uuid(TasksAudit::Id))
                    .col(big_integer(TasksAudit::CreatedAt))
                    .col(string_len(TasksAudit::Kind, 32))
                    .col(string(TasksAudit::Org))
                    .col(string_null(TasksAudit::Subject))
                    .col(string_null(TasksAudit::ClientId))
                    .col(string_len(TasksAudit::Action, 64))
                    .col(string_null(TasksAudit::Resource))
                    .col(uuid_null(TasksAudit::DecisionId))
                    .to_owned(),
            )
            .await?;
        for (name, mut index) in [
            (
                "decisions_created",
                Index::create()
                    .table(Decisions::Table)
                    .col(Decisions::CreatedAt)
                    .take(),
            ),
            (
                "tasks_audit_created",
                Index::create()
                    .table(TasksAudit::Table)
                    .col(TasksAudit::CreatedAt)
                    .take(),
            ),
        ] {
            manager
                .create_index(index.if_not_exists().name(name).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(TasksAudit::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Decisions::Table).to_owned())
            .await
    }
}
