//! The schema of the tasks API. Its migrations are recorded in a separate table, so that it can
//! share a PostgreSQL database with the identity server.

use sea_orm_migration::prelude::*;

mod m0001_tasks;
mod m0002_web;
mod m0003_projects;
mod m0004_decisions;
mod m0005_audit;
mod m0006_used_proofs;
mod m0007_web_sign_in;

/// The tasks API's migrations, recorded in `tasks_migrations`.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_tasks::Migration),
            Box::new(m0002_web::Migration),
            Box::new(m0003_projects::Migration),
            Box::new(m0004_decisions::Migration),
            Box::new(m0005_audit::Migration),
            Box::new(m0006_used_proofs::Migration),
            Box::new(m0007_web_sign_in::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        Alias::new("tasks_migrations").into_iden()
    }
}
