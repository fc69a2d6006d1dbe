//! Projects with their members. Tasks belong to a project, a department and an assignee, and every
//! row belongs to an organization (`''` for none).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, pk_uuid, string, string_len, string_null, text, uuid,
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Projects {
    Table,
    Id,
    Org,
    OwnerSubject,
    Name,
    NameKey,
    Description,
    Department,
    Confidentiality,
    Budget,
    InternalNotes,
    Version,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum ProjectMembers {
    Table,
    ProjectId,
    Subject,
    Org,
    Role,
    Permissions,
    Email,
    Phone,
}

#[derive(Clone, Copy, DeriveIden)]
enum Tasks {
    Table,
    Id,
    Org,
    OwnerSubject,
    ProjectId,
    Assignee,
    Department,
    Priority,
    DueDay,
    CreatedAt,
    UpdatedAt,
}

/// Indexes for pages of the rows that one policy permits: each page is one range of one index.
const INDEXES: [(&str, &[Tasks]); 8] = [
    (
        "tasks_org_created",
        &[Tasks::Org, Tasks::CreatedAt, Tasks::Id],
    ),
    (
        "tasks_org_owner_created",
        &[Tasks::Org, Tasks::OwnerSubject, Tasks::CreatedAt, Tasks::Id],
    ),
    (
        "tasks_org_owner_updated",
        &[Tasks::Org, Tasks::OwnerSubject, Tasks::UpdatedAt, Tasks::Id],
    ),
    (
        "tasks_org_owner_due",
        &[Tasks::Org, Tasks::OwnerSubject, Tasks::DueDay, Tasks::Id],
    ),
    (
        "tasks_org_owner_priority",
        &[Tasks::Org, Tasks::OwnerSubject, Tasks::Priority, Tasks::Id],
    ),
    (
        "tasks_org_project_created",
        &[Tasks::Org, Tasks::ProjectId, Tasks::CreatedAt, Tasks::Id],
    ),
    (
        "tasks_org_assignee_created",
        &[Tasks::Org, Tasks::Assignee, Tasks::CreatedAt, Tasks::Id],
    ),
    (
        "tasks_org_department_created",
        &[Tasks::Org, Tasks::Department, Tasks::CreatedAt, Tasks::Id],
    ),
];

/// Indexes from before organizations; each has a successor that starts with the organization.
const OLD_INDEXES: [&str; 5] = [
    "tasks_owner_created",
    "tasks_owner_updated",
    "tasks_owner_due",
    "tasks_owner_priority",
    "tasks_created",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_projects(manager).await?;
        create_members(manager).await?;
        extend_tasks(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            let mut index = Index::drop();
            manager
                .drop_index(index.name(name).table(Tasks::Table).to_owned())
                .await?;
        }
        for column in [
            Tasks::Org,
            Tasks::ProjectId,
            Tasks::Assignee,
            Tasks::Department,
        ] {
            let mut table = Table::alter();
            manager
                .alter_table(table.table(Tasks::Table).drop_column(column).take())
                .await?;
        }
        manager
            .drop_table(Table::drop().table(ProjectMembers::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Projects::Table).to_owned())
            .await
    }
}

async fn create_projects(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(Projects::Table)
                .if_not_exists()
                .col(pk_uuid(Projects::Id))
                .col(string(Projects::Org))
                .col(string(Projects::OwnerSubject))
                .col(text(Projects::Name))
                .col(text(Projects::NameKey))
                .col(text(Projects::Description))
                .col(string_null(Projects::Department))
                .col(string_len(Projects::Confidentiality, 16))
                .col(big_integer_null(Projects::Budget))
                .col(text(Projects::InternalNotes))
                .col(big_integer(Projects::Version))
                .col(big_integer(Projects::CreatedAt))
                .col(big_integer(Projects::UpdatedAt))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .if_not_exists()
                .name("projects_org_created")
                .table(Projects::Table)
                .col(Projects::Org)
                .col(Projects::CreatedAt)
                .col(Projects::Id)
                .to_owned(),
        )
        .await
}

async fn create_members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(ProjectMembers::Table)
                .if_not_exists()
                .col(uuid(ProjectMembers::ProjectId))
                .col(string(ProjectMembers::Subject))
                .col(string(ProjectMembers::Org))
                .col(string_len(ProjectMembers::Role, 16))
                .col(text(ProjectMembers::Permissions))
                .col(string_null(ProjectMembers::Email))
                .col(string_null(ProjectMembers::Phone))
                .primary_key(
                    Index::create()
                        .col(ProjectMembers::ProjectId)
                        .col(ProjectMembers::Subject),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from(ProjectMembers::Table, ProjectMembers::ProjectId)
                        .to(Projects::Table, Projects::Id)
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .to_owned(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .if_not_exists()
                .name("project_members_subject")
                .table(ProjectMembers::Table)
                .col(ProjectMembers::Org)
                .col(ProjectMembers::Subject)
                .to_owned(),
        )
        .await
}

async fn extend_tasks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut project = ColumnDef::new(Tasks::ProjectId);
    // A task never outlives its project: policies use the project to decide on the task.
    project.uuid().null().extra("REFERENCES projects (id)");
    let mut org = string(Tasks::Org);
    org.default("");
    let columns = [
        org,
        project,
        string_null(Tasks::Assignee),
        string_null(Tasks::Department),
    ];
    for column in columns {
        // One statement each, because SQLite adds one column at a time.
        let mut table = Table::alter();
        manager
            .alter_table(table.table(Tasks::Table).add_column(column).take())
            .await?;
    }
    for name in OLD_INDEXES {
        let mut index = Index::drop();
        manager
            .drop_index(index.if_exists().name(name).table(Tasks::Table).to_owned())
            .await?;
    }
    for (name, columns) in INDEXES {
        let mut index = Index::create();
        index.if_not_exists().name(name).table(Tasks::Table);
        for column in columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}
