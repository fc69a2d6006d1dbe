//! The schema of the tasks API. Its migrations are recorded in a separate table, so that it can
//! share a PostgreSQL database with the identity server. Those up to `m0006` state the schema of
//! 0.1.0; a later change is a new file.

mod m0001_projects_and_tasks;
mod m0002_articles;
mod m0003_records;
mod m0004_server;
mod m0005_search;
mod m0006_counts;
mod table;
pub mod words;

use sea_orm_migration::prelude::*;

/// Table that records the applied migrations of the tasks API.
pub const TABLE: &str = "tasks_migrations";

/// First migrations of the development versions before 0.1.0. A database that has one of them cannot be
/// upgraded.
pub const UNRELEASED: [&str; 2] = ["m0001_tasks", "m0001_projects"];

/// The tasks API's migrations, recorded in [`TABLE`].
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_projects_and_tasks::Migration),
            Box::new(m0002_articles::Migration),
            Box::new(m0003_records::Migration),
            Box::new(m0004_server::Migration),
            Box::new(m0005_search::Migration),
            Box::new(m0006_counts::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        TABLE.into_iden()
    }
}
