//! Projects with their members and tasks. Every row belongs to an organization (`''` for none).
//!
//! The members of a deleted project keep their rows until the cleanup job deletes them in batches: a
//! foreign key would delete all of them in the transaction of the request.

use sea_orm::sea_query::{Index, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::create;
use crate::columns::{
    integer, number, number_null, string, string_len, string_null, text, uuid, uuid_key, uuid_null,
};
use crate::migration::execute;

// Indexes for pages of the rows that one policy permits, and of a whole organization and of one owner by
// each sort key: each page is one range of one index, with the ID as tie-break.
const PROJECT_INDEXES: [&str; 6] = [
    "projects_org_created (org, created_at, id)",
    "projects_org_updated (org, updated_at, id)",
    "projects_org_name (org, name_key, id)",
    "projects_org_owner_created (org, owner_subject, created_at, id)",
    "projects_org_owner_updated (org, owner_subject, updated_at, id)",
    "projects_org_owner_name (org, owner_subject, name_key, id)",
];
const MEMBER_INDEXES: [&str; 2] = [
    "project_members_subject (org, subject)",
    // Counts the memberships which one user gave another.
    "project_members_given (org, subject, added_by)",
];
const TASK_INDEXES: [&str; 13] = [
    "tasks_org_created (org, created_at, id)",
    "tasks_org_owner_created (org, owner_subject, created_at, id)",
    "tasks_org_owner_updated (org, owner_subject, updated_at, id)",
    "tasks_org_owner_due (org, owner_subject, due_day, id)",
    "tasks_org_owner_priority (org, owner_subject, priority, id)",
    "tasks_org_project_created (org, project_id, created_at, id)",
    "tasks_org_assignee_created (org, assignee, created_at, id)",
    "tasks_org_department_created (org, department, created_at, id)",
    "tasks_org_updated (org, updated_at, id)",
    "tasks_org_due (org, due_day, id)",
    "tasks_org_priority (org, priority, id)",
    "tasks_org_title (org, title_key, id)",
    "tasks_org_owner_title (org, owner_subject, title_key, id)",
];

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, "projects", &mut projects(), &PROJECT_INDEXES).await?;
    create(tx, "project_members", &mut members(), &MEMBER_INDEXES).await?;
    create(tx, "tasks", &mut tasks(), &TASK_INDEXES).await?;
    let mut deleted = Table::create().col(uuid_key("id")).take();
    create(tx, "deleted_projects", &mut deleted, &[]).await?;
    match tx.get_database_backend() {
        DbBackend::Postgres => execute(tx, POSTGRES).await,
        _ => execute(tx, SQLITE).await,
    }
}

fn projects() -> TableCreateStatement {
    Table::create()
        .col(uuid_key("id"))
        .col(string("org"))
        .col(string("owner_subject"))
        .col(text("name"))
        .col(text("name_key"))
        .col(text("description"))
        .col(string_null("department"))
        .col(string_len("confidentiality", 16))
        .col(number_null("budget"))
        .col(text("internal_notes"))
        .col(string_len("status", 16).default("active"))
        .col(number("version"))
        .col(number("created_at"))
        .col(number("updated_at"))
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
        .col(number_null("joined_at"))
        .col(string_null("added_by"))
        .primary_key(Index::create().col("project_id").col("subject"))
        .take()
}

fn tasks() -> TableCreateStatement {
    Table::create()
        .col(uuid_key("id"))
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
        .col(number("version"))
        .col(number("created_at"))
        .col(number("updated_at"))
        .take()
}

const POSTGRES: [&str; 2] = [
    "CREATE FUNCTION doorward_projects_deleted() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN INSERT INTO deleted_projects (id) VALUES (OLD.id) ON CONFLICT DO NOTHING; \
     RETURN NULL; END $$",
    "CREATE TRIGGER projects_deleted AFTER DELETE ON projects \
     FOR EACH ROW EXECUTE FUNCTION doorward_projects_deleted()",
];

const SQLITE: [&str; 1] = ["CREATE TRIGGER projects_deleted AFTER DELETE ON projects \
     BEGIN INSERT OR IGNORE INTO deleted_projects (id) VALUES (OLD.id); END"];
