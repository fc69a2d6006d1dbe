//! Migrations of the identity server's tables: one set for SQLite and PostgreSQL.
//!
//! They only go forward: a release first adds what it needs, and a later one removes what is no
//! longer read, so that two consecutive releases can share a database. Those up to `m0011` state the
//! schema of 0.1.0; a later change is a new file.

mod columns;
mod m0001_users;
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
mod m0012_imported_records;
mod m0013_foreign_hashes;
mod m0014_custom_claims;
mod m0015_profile_fields;
mod m0016_accounts;
mod m0017_organization_domains;
mod m0018_signing_algorithms;
mod m0019_client_profiles;
mod m0020_claim_paths;
mod m0021_grant_tokens;
mod m0022_attempts;
mod m0023_client_secrets;
mod m0024_search;
mod m0025_system_lists;
mod m0026_assignment_lists;
mod m0027_invited_addresses;
mod m0028_audit_search;
mod m0029_stats;
mod m0030_list_filters;
mod m0031_bulk_changes;
mod m0032_attempt_failures;
mod m0033_job_queue;
mod m0034_support_codes;
mod m0035_lists;
mod m0036_organization_lists;
mod m0037_name_search;
mod m0038_provider_use;
mod m0039_ends;
mod m0040_cleanup;
mod m0041_deletions;
mod m0042_client_origins;
mod m0043_registry_versions;
mod m0044_job_destinations;
mod m0045_client_looks;
mod m0048_secret_uses;
mod m0049_provider_urls;
mod m0050_resource_claims;
mod m0051_token_lifetimes;
mod m0052_idle_logout;
mod m0053_family_names;
mod m0054_expired_sessions;
mod m0055_abandoned_sign_ins;
mod table;

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

/// Table that records the applied identity migrations.
pub const TABLE: &str = "doorward_identity_migrations";

/// First migration of the development versions before 0.1.0. A database that has it cannot be
/// upgraded.
pub const UNRELEASED: &str = "m0001_people";

/// The identity migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_users::Migration),
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
            Box::new(m0012_imported_records::Migration),
            Box::new(m0013_foreign_hashes::Migration),
            Box::new(m0014_custom_claims::Migration),
            Box::new(m0015_profile_fields::Migration),
            Box::new(m0016_accounts::Migration),
            Box::new(m0017_organization_domains::Migration),
            Box::new(m0018_signing_algorithms::Migration),
            Box::new(m0019_client_profiles::Migration),
            Box::new(m0020_claim_paths::Migration),
            Box::new(m0021_grant_tokens::Migration),
            Box::new(m0022_attempts::Migration),
            Box::new(m0023_client_secrets::Migration),
            Box::new(m0024_search::Migration),
            Box::new(m0025_system_lists::Migration),
            Box::new(m0026_assignment_lists::Migration),
            Box::new(m0027_invited_addresses::Migration),
            Box::new(m0029_stats::Migration),
            Box::new(m0034_support_codes::Migration),
            Box::new(m0030_list_filters::Migration),
            Box::new(m0031_bulk_changes::Migration),
            Box::new(m0032_attempt_failures::Migration),
            Box::new(m0033_job_queue::Migration),
            Box::new(m0035_lists::Migration),
            Box::new(m0036_organization_lists::Migration),
            Box::new(m0037_name_search::Migration),
            Box::new(m0038_provider_use::Migration),
            Box::new(m0039_ends::Migration),
            Box::new(m0040_cleanup::Migration),
            Box::new(m0041_deletions::Migration),
            Box::new(m0042_client_origins::Migration),
            Box::new(m0043_registry_versions::Migration),
            Box::new(m0044_job_destinations::Migration),
            Box::new(m0045_client_looks::Migration),
            Box::new(m0048_secret_uses::Migration),
            Box::new(m0049_provider_urls::Migration),
            Box::new(m0050_resource_claims::Migration),
            Box::new(m0051_token_lifetimes::Migration),
            Box::new(m0052_idle_logout::Migration),
            Box::new(m0053_family_names::Migration),
            Box::new(m0054_expired_sessions::Migration),
            Box::new(m0055_abandoned_sign_ins::Migration),
            // Last, because it takes longest.
            Box::new(m0028_audit_search::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        TABLE.into_iden()
    }
}
