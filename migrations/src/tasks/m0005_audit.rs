//! More columns and an index for paging in the audit log of the tasks API, and triggers that make
//! it append-only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum TasksAudit {
    Table,
    Org,
    CreatedAt,
    Id,
    Detail,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !manager.has_column("tasks_audit", "detail").await? {
            manager
                .alter_table(
                    Table::alter()
                        .table(TasksAudit::Table)
                        .add_column(text(TasksAudit::Detail).default("{}"))
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("tasks_audit_org_created")
                    .if_not_exists()
                    .table(TasksAudit::Table)
                    .col(TasksAudit::Org)
                    .col(TasksAudit::CreatedAt)
                    .col(TasksAudit::Id)
                    .to_owned(),
            )
            .await?;
        let connection = manager.get_connection();
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES,
            _ => &SQLITE,
        };
        for statement in statements {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// A separate function, because the identity server's may be in the same database.
const POSTGRES: [&str; 3] = [
    "CREATE OR REPLACE FUNCTION doorward_tasks_append_only() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE OR REPLACE TRIGGER tasks_audit_append_only BEFORE UPDATE OR DELETE ON tasks_audit \
     FOR EACH ROW EXECUTE FUNCTION doorward_tasks_append_only()",
    "CREATE OR REPLACE TRIGGER tasks_audit_no_truncate BEFORE TRUNCATE ON tasks_audit \
     FOR EACH STATEMENT EXECUTE FUNCTION doorward_tasks_append_only()",
];

const SQLITE: [&str; 3] = [
    "CREATE TRIGGER IF NOT EXISTS tasks_audit_no_update BEFORE UPDATE ON tasks_audit \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS tasks_audit_no_delete BEFORE DELETE ON tasks_audit \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    // INSERT OR REPLACE deletes without firing the trigger above.
    "CREATE TRIGGER IF NOT EXISTS tasks_audit_no_replace BEFORE INSERT ON tasks_audit \
     WHEN EXISTS (SELECT 1 FROM tasks_audit WHERE id = NEW.id) \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
];
