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

use crate::migration::{Migrations, migrations};

/// Table that records the applied migrations of the tasks API.
pub const TABLE: &str = "tasks_migrations";

/// First migrations of the development versions before 0.1.0. A database that has one of them cannot be
/// upgraded.
pub const UNRELEASED: [&str; 2] = ["m0001_tasks", "m0001_projects"];

/// The migrations of the tasks API.
pub static MIGRATIONS: Migrations = Migrations {
    table: TABLE,
    list: migrations![
        m0001_projects_and_tasks,
        m0002_articles,
        m0003_records,
        m0004_server,
        m0005_search,
        m0006_counts,
    ],
};
