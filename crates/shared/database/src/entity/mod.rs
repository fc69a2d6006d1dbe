//! Table modules: the columns of each table, and the conversion between rows and domain models.

#[macro_use]
mod table;

pub mod accounts;
mod authorizations;
mod records;
mod registrations;
mod reviews;
pub mod rights;
pub mod row;
mod scim;
mod sign_ins;
pub mod stored;
pub mod work;

pub use accounts::{
    avatars, email_tokens, linked_accounts, newcomers, profile_fields, profile_values, providers,
    users,
};
pub use authorizations::{
    consents, device_requests, grants, interactions, pushed_requests, reference_tokens,
    revoked_tokens, subject_aliases, used_jtis,
};
pub use records::{
    audit_archives, audit_events, audit_seals, audit_streams, audit_waiting, monthly_reports,
    refusals, stats,
};
pub use registrations::{
    brand_pictures, brands, client_logos, client_origins, client_registrations, clients,
    custom_claims, own_texts, registration_tokens, resources, saml_clients, scopes, site_hosts,
    sites,
};
pub use reviews::{access_review_lines, access_review_reviewers, access_reviews};
pub use rights::{
    api_keys, app_passwords, former_names, group_members, groups, invitations,
    organization_members, organizations, permissions, posix_numbers, role_assignments,
    role_permissions, roles,
};
pub use scim::{scim_groups, scim_sources, scim_targets, scim_users};
pub use sign_ins::{
    attempts, email_sign_ins, login_failures, logout_notices, passkeys, pending_sign_ins,
    provider_sessions, recovery_codes, saml_sessions, sessions, site_sessions, support_codes,
    totp_factors, trusted_devices,
};
pub use work::{
    approvals, bulk_changes, bulk_failures, cleanup_steps, deletions, dev_mail, factor_campaigns,
    factor_exceptions, idempotency_keys, imported_records, jobs, kept_keys, leases,
    managed_objects, registry_versions, settings, signal_streams, signals, signing_keys,
};
