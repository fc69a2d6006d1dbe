//! The schema of the tasks API. Its migrations are recorded in a separate table, so that it can
//! share a PostgreSQL database with the identity server. Those up to `m0003` state the schema of
//! 0.1.0; a later change is a new file.

mod m0001_projects;
mod m0002_records;
mod m0003_server;
mod m0004_project_status;
mod m0005_request_origin;
mod m0006_articles;
mod m0007_membership_origin;
mod m0009_search;
mod m0010_list_indexes;
mod m0011_counts;
mod m0012_project_deletion;
mod m0013_audit_retention;
pub mod search;
mod table;
pub mod words;

use sea_orm_migration::prelude::*;

/// Table that records the applied migrations of the tasks API.
pub const TABLE: &str = "tasks_migrations";

/// First migration of the development versions before 0.1.0. A database that has it cannot be
/// upgraded.
pub const UNRELEASED: &str = "m0001_tasks";

/// The tasks API's migrations, recorded in [`TABLE`].
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_projects::Migration),
            Box::new(m0002_records::Migration),
            Box::new(m0003_server::Migration),
            Box::new(m0004_project_status::Migration),
            Box::new(m0005_request_origin::Migration),
            Box::new(m0006_articles::Migration),
            Box::new(m0007_membership_origin::Migration),
            Box::new(m0009_search::Migration),
            Box::new(m0010_list_indexes::Migration),
            Box::new(m0011_counts::Migration),
            Box::new(m0012_project_deletion::Migration),
            Box::new(m0013_audit_retention::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        TABLE.into_iden()
    }
}
