//! Deleted projects whose members still have rows. The cleanup job deletes these rows in batches: a
//! foreign key would delete all of them in the transaction of the request.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer_null, pk_uuid, string, string_len, string_null, text, uuid,
};
use sea_orm_migration::sea_orm::{DbBackend, Statement};

use super::table::{create, create_indexes};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Name of the table of members without the foreign key until it replaces the former one.
const FREED: &str = "project_members_freed";
const INDEXES: [(&str, &[&str]); 2] = [
    ("project_members_subject", &["org", "subject"]),
    ("project_members_given", &["org", "subject", "added_by"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut deleted = Table::create().col(pk_uuid("id")).take();
        create(manager, "deleted_projects", &mut deleted, &[]).await?;
        // The trigger also serves replicas of a former release.
        let statements: &[&str] = if manager.get_database_backend() == DbBackend::Postgres {
            &POSTGRES
        } else {
            free_members(manager).await?;
            &SQLITE
        };
        for statement in statements {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    /// No member may be added between the copy and its use.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Replaces the table of members by a copy without the foreign key, which SQLite cannot drop.
async fn free_members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let keys = "SELECT 1 FROM pragma_foreign_key_list('project_members')";
    let keys = Statement::from_string(DbBackend::Sqlite, keys);
    if db.query_one_raw(keys).await?.is_none() {
        return Ok(());
    }
    create(manager, FREED, &mut members(), &[]).await?;
    let columns = "project_id, subject, org, role, permissions, email, phone, joined_at, added_by";
    for statement in [
        format!("INSERT INTO {FREED} ({columns}) SELECT {columns} FROM project_members"),
        "DROP TABLE project_members".to_owned(),
        format!("ALTER TABLE {FREED} RENAME TO project_members"),
    ] {
        db.execute_unprepared(&statement).await?;
    }
    create_indexes(manager, "project_members", &INDEXES).await
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
        .col(big_integer_null("joined_at"))
        .col(string_null("added_by"))
        .primary_key(Index::create().col("project_id").col("subject"))
        .take()
}

const POSTGRES: [&str; 3] = [
    "ALTER TABLE project_members DROP CONSTRAINT IF EXISTS project_members_project_id_fkey",
    "CREATE OR REPLACE FUNCTION doorward_projects_deleted() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN INSERT INTO deleted_projects (id) VALUES (OLD.id) ON CONFLICT DO NOTHING; \
     RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER projects_deleted AFTER DELETE ON projects \
     FOR EACH ROW EXECUTE FUNCTION doorward_projects_deleted()",
];

const SQLITE: [&str; 1] = [
    "CREATE TRIGGER IF NOT EXISTS projects_deleted AFTER DELETE ON projects \
     BEGIN INSERT OR IGNORE INTO deleted_projects (id) VALUES (OLD.id); END",
];
