//! Projects with their members and tasks. Every row belongs to an organization (`''` for none).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, pk_uuid, string, string_len, string_null, text, uuid,
    uuid_null,
};

use super::table::create;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Indexes for pages of the rows that one policy permits: each page is one range of one index, with
/// the ID as tie-break.
const TASK_INDEXES: [(&str, &[&str]); 8] = [
    ("tasks_org_created", &["org", "created_at", "id"]),
    (
        "tasks_org_owner_created",
        &["org", "owner_subject", "created_at", "id"],
    ),
    (
        "tasks_org_owner_updated",
        &["org", "owner_subject", "updated_at", "id"],
    ),
    (
        "tasks_org_owner_due",
        &["org", "owner_subject", "due_day", "id"],
    ),
    (
        "tasks_org_owner_priority",
        &["org", "owner_subject", "priority", "id"],
    ),
    (
        "tasks_org_project_created",
        &["org", "project_id", "created_at", "id"],
    ),
    (
        "tasks_org_assignee_created",
        &["org", "assignee", "created_at", "id"],
    ),
    (
        "tasks_org_department_created",
        &["org", "department", "created_at", "id"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let created: (_, &[_]) = ("projects_org_created", &["org", "created_at", "id"]);
        create(manager, "projects", &mut projects(), &[created]).await?;
        let subject: (_, &[_]) = ("project_members_subject", &["org", "subject"]);
        create(manager, "project_members", &mut members(), &[subject]).await?;
        create(manager, "tasks", &mut tasks(), &TASK_INDEXES).await
    }
}

fn projects() -> TableCreateStatement {
    Table::create()
        .col(pk_uuid("id"))
        .col(string("org"))
        .col(string("owner_subject"))
        .col(text("name"))
        .col(text("name_key"))
        .col(text("description"))
        .col(string_null("department"))
        .col(string_len("confidentiality", 16))
        .col(big_integer_null("budget"))
        .col(text("internal_notes"))
        .col(big_integer("version"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .take()
}

fn members() -> TableCreateStatement {
    Table::create()
        .col(uuid("project_id"))
        .col(string("subject"))
        .col(string("org"))
        .col(string_len("role", 16))
        .col(text("permissions"))
        .col(string_null("email"))
        .col(string_null("phone"))
        .primary_key(Index::create().col("project_id").col("subject"))
        .foreign_key(
            ForeignKey::create()
                .from("project_members", "project_id")
                .to("projects", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

fn tasks() -> TableCreateStatement {
    Table::create()
        .col(pk_uuid("id"))
        .col(string("org").default(""))
        .col(string("owner_subject"))
        // A task never outlives its project: policies use the project to decide on the task.
        .col(uuid_null("project_id").extra("REFERENCES projects (id)"))
        .col(string_null("assignee"))
        .col(string_null("department"))
        .col(text("title"))
        .col(text("title_key"))
        .col(text("description"))
        .col(text("description_key"))
        .col(string_len("status", 16))
        .col(integer("priority"))
        .col(integer("due_day"))
        .col(big_integer("version"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .take()
}
