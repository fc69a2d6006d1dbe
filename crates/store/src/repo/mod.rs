//! Queries and changes of the data, one module for each noun.
//!
//! `find` returns an `Option`, `list` a vector; `insert`, `update`, `revoke` and `purge` change
//! rows, and take a [`WriteTx`](crate::WriteTx) so that nothing is written outside a transaction;
//! `claim` and `consume` use a record once. The domain rules interpret all results.

pub mod access_token_status;
pub mod api_keys;
pub mod attempts;
pub mod audit;
pub mod audit_chain;
pub mod avatars;
pub mod client_logos;
pub mod client_reach;
pub mod client_registrations;
pub mod clients;
pub mod consents;
pub mod custom_claims;
pub mod denials;
pub mod dev_mail;
pub mod device_requests;
pub mod directory;
pub mod email_sign_ins;
pub mod email_tokens;
pub mod federated_sign_ups;
pub mod grants;
pub mod groups;
pub mod idempotency;
pub mod imports;
pub mod interactions;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod leases;
pub mod linked_accounts;
pub mod login_failures;
pub mod logout_notifications;
pub mod memberships;
pub mod organizations;
pub mod overview;
pub mod passkeys;
pub mod pending_sign_ins;
pub mod personal_data;
mod prefix_search;
pub mod profile_fields;
pub mod providers;
pub mod pushed_requests;
mod query;
pub mod recovery_codes;
pub mod reference_tokens;
pub mod refresh_tokens;
pub mod registration_tokens;
pub mod replay_markers;
pub mod resources;
pub mod revoked_tokens;
pub mod role_assignments;
pub mod roles;
pub mod scopes;
pub mod sessions;
pub mod settings;
mod statement_text;
pub mod totp_factors;
pub mod trusted_devices;
mod union_query;
pub mod user_hashes;
pub mod users;

pub use query::PAGE_MAX;
