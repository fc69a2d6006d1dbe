//! Tasks, and the generated settings of the tasks API (its pagination key).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, integer, pk_uuid, string, string_len, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Tasks {
    Table,
    Id,
    OwnerSubject,
    Title,
    TitleKey,
    Description,
    DescriptionKey,
    Status,
    Priority,
    DueDay,
    Version,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum TasksSettings {
    Table,
    Key,
    Value,
}

/// Sort orders of one user's list, each with the ID as tie-break (a keyset page is then one range
/// of one index).
const OWNED: [(&str, Tasks); 4] = [
    ("tasks_owner_created", Tasks::CreatedAt),
    ("tasks_owner_updated", Tasks::UpdatedAt),
    ("tasks_owner_due", Tasks::DueDay),
    ("tasks_owner_priority", Tasks::Priority),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Tasks::Table)
                    .if_not_exists()
                    .col(pk_uuid(Tasks::Id))
                    .col(string(Tasks::OwnerSubject))
                    .col(text(Tasks::Title))
                    .col(text(Tasks::TitleKey))
                    .col(text(Tasks::Description))
                    .col(text(Tasks::DescriptionKey))
                    .col(string_len(Tasks::Status, 16))
                    .col(integer(Tasks::Priority))
                    .col(integer(Tasks::DueDay))
                    .col(big_integer(Tasks::Version))
                    .col(big_integer(Tasks::CreatedAt))
                    .col(big_integer(Tasks::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        for (name, column) in OWNED {
            manager
                .create_index(
                    Index::create()
                        .if_not_exists()
                        .name(name)
                        .table(Tasks::Table)
                        .col(Tasks::OwnerSubject)
                        .col(column)
                        .col(Tasks::Id)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_index(
                Index::create()
                    .if_not_exists()
                    .name("tasks_created")
                    .table(Tasks::Table)
                    .col(Tasks::CreatedAt)
                    .col(Tasks::Id)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TasksSettings::Table)
                    .if_not_exists()
                    .col(string_len(TasksSettings::Key, 64).primary_key())
                    .col(binary(TasksSettings::Value))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(TasksSettings::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Tasks::Table).to_owned())
            .await
    }
}
