//! Migrations of the identity server's tables: one set for SQLite and PostgreSQL.
//!
//! They only go forward: a release first adds what it needs, and a later one removes what is no
//! longer read, so that two consecutive releases can share a database. Those up to `m0013` state the
//! schema of 0.1.0; a later change is a new file, with an entry in `description.rs`.

mod columns;
mod description;
mod m0001_accounts;
mod m0002_sessions;
mod m0003_clients;
mod m0004_grants;
mod m0005_audit;
mod m0006_roles;
mod m0007_organizations;
mod m0008_credentials;
mod m0009_providers;
mod m0010_requests;
mod m0011_operations;
mod m0012_administration;
mod m0013_registry_versions;
mod m0014_bulk_email_domains;
mod m0015_import_state;
mod m0016_kept_keys;
mod m0017_audit_archives;
mod m0018_audit_addresses;
mod m0019_brands;
mod m0020_factor_campaigns;
mod m0021_subject_aliases;
mod m0022_access_reviews;
mod m0023_audit_streams;
mod m0024_own_texts;
mod m0025_deletion_index;
mod table;

use sea_orm_migration::prelude::*;

pub use description::{Change, Description, FormerProgram, Work, describe};
pub use sea_orm_migration::MigratorTrait;

/// Table that records the applied identity migrations.
pub const TABLE: &str = "doorward_identity_migrations";

/// First migrations of the development versions before 0.1.0. A database that has one of them cannot be
/// upgraded.
pub const UNRELEASED: [&str; 2] = ["m0001_people", "m0001_users"];

/// The identity migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_sessions::Migration),
            Box::new(m0003_clients::Migration),
            Box::new(m0004_grants::Migration),
            Box::new(m0005_audit::Migration),
            Box::new(m0006_roles::Migration),
            Box::new(m0007_organizations::Migration),
            Box::new(m0008_credentials::Migration),
            Box::new(m0009_providers::Migration),
            Box::new(m0010_requests::Migration),
            Box::new(m0011_operations::Migration),
            Box::new(m0012_administration::Migration),
            Box::new(m0013_registry_versions::Migration),
            Box::new(m0014_bulk_email_domains::Migration),
            Box::new(m0015_import_state::Migration),
            Box::new(m0016_kept_keys::Migration),
            Box::new(m0017_audit_archives::Migration),
            Box::new(m0018_audit_addresses::Migration),
            Box::new(m0019_brands::Migration),
            Box::new(m0020_factor_campaigns::Migration),
            Box::new(m0021_subject_aliases::Migration),
            Box::new(m0022_access_reviews::Migration),
            Box::new(m0023_audit_streams::Migration),
            Box::new(m0024_own_texts::Migration),
            Box::new(m0025_deletion_index::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        TABLE.into_iden()
    }
}

#[cfg(test)]
mod tests;
