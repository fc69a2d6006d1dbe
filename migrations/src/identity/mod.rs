//! Migrations of the identity server's tables: one set for SQLite and PostgreSQL.
//!
//! They only go forward: a release first adds what it needs, and a later one removes what is no
//! longer read, so that two consecutive releases can share a database.

mod columns;
mod m0001_people;
mod m0002_clients;
mod m0003_grants;
mod m0004_roles;
mod m0005_operations;
mod m0010_mail;
mod m0020_second_factor;
mod m0030_login_failures;
mod m0041_grant_origin;
mod m0042_personal;
mod m0043_audit_chain;
mod m0044_client_origins;
mod m0045_api_keys;
mod m0046_organizations;
mod m0047_idempotency;
mod m0050_newcomers;
mod m0053_refusals;
mod m0054_invitations;
mod m0057_client_keys;
mod m0058_pushed_requests;
mod m0059_device_requests;
mod m0060_logout;
mod m0062_api_key_organization;
mod m0063_dpop;
mod m0065_token_exchange;
mod m0066_frontchannel_logout;
mod m0067_grant_issuer;
mod m0068_client_registration;
mod m0069_pairwise;
mod m0071_client_documents;
mod m0072_signed_responses;
mod m0073_client_certificates;
mod m0074_consent_terms;
mod m0077_passkeys;
mod m0079_default_acr_values;
mod m0080_providers;
mod m0081_email_sign_ins;
mod m0082_trusted_devices;
mod m0086_client_logos;
mod m0090_authorization_details;
mod m0091_backchannel;
mod m0092_leases;
mod m0093_pkce_policy;
mod m0094_client_authentication;
mod m0095_id_token_claims;
mod m0096_token_type;
mod m0099_registration_scopes;
mod m0103_group_managers;

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

/// Table that records the applied identity migrations.
pub const TABLE: &str = "doorward_identity_migrations";

/// The identity migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_clients::Migration),
            Box::new(m0003_grants::Migration),
            Box::new(m0004_roles::Migration),
            Box::new(m0005_operations::Migration),
            Box::new(m0020_second_factor::Migration),
            Box::new(m0010_mail::Migration),
            Box::new(m0030_login_failures::Migration),
            Box::new(m0041_grant_origin::Migration),
            Box::new(m0042_personal::Migration),
            Box::new(m0044_client_origins::Migration),
            Box::new(m0046_organizations::Migration),
            Box::new(m0043_audit_chain::Migration),
            Box::new(m0045_api_keys::Migration),
            Box::new(m0047_idempotency::Migration),
            Box::new(m0050_newcomers::Migration),
            Box::new(m0053_refusals::Migration),
            Box::new(m0054_invitations::Migration),
            Box::new(m0057_client_keys::Migration),
            Box::new(m0058_pushed_requests::Migration),
            Box::new(m0059_device_requests::Migration),
            Box::new(m0060_logout::Migration),
            Box::new(m0062_api_key_organization::Migration),
            Box::new(m0063_dpop::Migration),
            Box::new(m0065_token_exchange::Migration),
            Box::new(m0066_frontchannel_logout::Migration),
            Box::new(m0067_grant_issuer::Migration),
            Box::new(m0068_client_registration::Migration),
            Box::new(m0069_pairwise::Migration),
            Box::new(m0071_client_documents::Migration),
            Box::new(m0072_signed_responses::Migration),
            Box::new(m0073_client_certificates::Migration),
            Box::new(m0074_consent_terms::Migration),
            Box::new(m0077_passkeys::Migration),
            Box::new(m0079_default_acr_values::Migration),
            Box::new(m0080_providers::Migration),
            Box::new(m0081_email_sign_ins::Migration),
            Box::new(m0082_trusted_devices::Migration),
            Box::new(m0086_client_logos::Migration),
            Box::new(m0090_authorization_details::Migration),
            Box::new(m0091_backchannel::Migration),
            Box::new(m0092_leases::Migration),
            Box::new(m0093_pkce_policy::Migration),
            Box::new(m0094_client_authentication::Migration),
            Box::new(m0095_id_token_claims::Migration),
            Box::new(m0096_token_type::Migration),
            Box::new(m0099_registration_scopes::Migration),
            Box::new(m0103_group_managers::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        TABLE.into_iden()
    }
}
