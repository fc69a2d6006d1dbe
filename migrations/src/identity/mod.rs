//! Migrations of the identity server's tables: one set for SQLite and PostgreSQL.
//!
//! They only go forward: a release first adds what it needs, and a later one removes what is no
//! longer read, so that two consecutive releases can share a database. Those up to `m0013` state the
//! schema of 0.1.0; a later change is a new file, with an entry in `description.rs`.

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
mod m0026_reports;
mod m0027_withdrawn_passwords;
mod m0028_former_names;
mod m0029_invited_access;
mod m0030_sites;
mod m0031_site_sessions;
mod m0032_name_order;
mod m0033_saml;
mod m0034_as_code;
mod m0035_creation_order;
mod m0036_signals;
mod m0037_ciba_ping;
mod m0038_provider_sessions;
mod m0039_scim;
mod m0040_app_passwords;
mod m0041_scim_targets;
mod table;

use crate::migration::{Migrations, migrations};

pub use description::{Change, Description, FormerProgram, Work, describe};

/// Table that records the applied identity migrations.
pub const TABLE: &str = "doorward_identity_migrations";

/// First migrations of the development versions before 0.1.0. A database that has one of them cannot be
/// upgraded.
pub const UNRELEASED: [&str; 2] = ["m0001_people", "m0001_users"];

/// The identity migrations.
pub static MIGRATIONS: Migrations = Migrations {
    table: TABLE,
    list: migrations![
        m0001_accounts,
        m0002_sessions,
        m0003_clients,
        m0004_grants,
        m0005_audit,
        m0006_roles,
        m0007_organizations,
        m0008_credentials,
        m0009_providers,
        m0010_requests,
        m0011_operations,
        m0012_administration,
        m0013_registry_versions,
        m0014_bulk_email_domains,
        m0015_import_state,
        m0016_kept_keys,
        m0017_audit_archives,
        m0018_audit_addresses,
        m0019_brands,
        m0020_factor_campaigns,
        m0021_subject_aliases,
        m0022_access_reviews,
        m0023_audit_streams,
        m0024_own_texts,
        m0025_deletion_index,
        m0026_reports,
        m0027_withdrawn_passwords,
        m0028_former_names,
        m0029_invited_access,
        m0030_sites,
        m0031_site_sessions,
        m0032_name_order,
        m0033_saml,
        m0034_as_code,
        m0035_creation_order,
        m0036_signals,
        m0037_ciba_ping,
        m0038_provider_sessions,
        m0039_scim,
        m0040_app_passwords,
        m0041_scim_targets,
    ],
};

#[cfg(test)]
mod tests;
