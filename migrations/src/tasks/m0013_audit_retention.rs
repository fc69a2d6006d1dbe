//! Deletion of old audit events. The database still rejects changes, and the deletion of an event of the
//! last week; the program deletes events that are at least a month old.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES,
            _ => &SQLITE,
        };
        for statement in statements {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    /// The log must not be without a trigger.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const POSTGRES: [&str; 1] = [
    "CREATE OR REPLACE FUNCTION doorward_tasks_append_only() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN \
     IF TG_OP = 'DELETE' THEN \
     IF OLD.created_at < extract(epoch FROM now()) - 604800 THEN RETURN OLD; END IF; \
     END IF; \
     RAISE EXCEPTION 'the audit log is append-only'; END $$",
];

const SQLITE: [&str; 2] = [
    "DROP TRIGGER IF EXISTS tasks_audit_no_delete",
    "CREATE TRIGGER IF NOT EXISTS tasks_audit_no_delete BEFORE DELETE ON tasks_audit \
     WHEN OLD.created_at >= unixepoch() - 604800 \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
];
