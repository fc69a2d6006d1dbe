//! Queries and changes of the data, one module for each noun.
//!
//! `find` returns an `Option`, `list` a vector; `insert`, `update`, `revoke` and `purge` change
//! rows, and take a [`WriteTx`](crate::WriteTx) so that nothing is written outside a transaction;
//! `claim` and `consume` use a record once. A change returns true if it found the row, or the number
//! of rows. `purge` deletes up to `limit` rows that expired before `before`. The domain rules interpret
//! all results.

pub mod access_changes;
pub mod access_reviews;
pub mod access_token_status;
pub mod affected;
pub mod api_key_lists;
pub mod api_keys;
pub mod attempts;
pub mod audit;
pub mod audit_archives;
pub mod audit_chain;
pub mod audit_streams;
pub mod avatars;
pub mod brands;
pub mod bulk_changes;
pub mod cleanup_steps;
pub mod client_activity;
pub mod client_logos;
pub mod client_origins;
pub mod client_reach;
pub mod client_registrations;
pub mod client_search;
pub mod client_users;
pub mod clients;
pub mod consents;
pub mod custom_claims;
pub mod deletions;
pub mod denials;
pub mod dev_mail;
pub mod device_requests;
pub mod directory;
pub mod email_sign_ins;
pub mod email_tokens;
pub mod exact_matches;
pub mod factor_campaigns;
pub mod federated_sign_ups;
mod filtered_list;
pub mod grant_ends;
pub mod grants;
pub mod groups;
pub mod home;
pub mod idempotency;
pub mod imports;
pub mod interactions;
pub mod invitations;
pub mod jobs;
pub mod kept_keys;
pub mod keys;
pub mod last_tokens;
pub mod leases;
pub mod linked_accounts;
pub mod live_sessions;
pub mod login_failures;
pub mod logout_notifications;
pub mod memberships;
pub mod name_search;
pub mod organizations;
pub mod overview;
pub mod own_texts;
pub mod passkeys;
pub mod pending_sign_ins;
pub mod personal_data;
#[cfg(test)]
mod plans;
mod prefix_search;
mod prelude;
pub mod profile_fields;
pub mod provider_use;
pub mod providers;
pub mod pushed_requests;
mod query;
#[cfg(test)]
mod query_plan;
pub mod recovery_codes;
pub mod reference_tokens;
pub mod registration_tokens;
pub mod registry_versions;
pub mod replay_markers;
pub mod resources;
pub mod revoked_tokens;
pub mod role_assignments;
mod role_holders;
pub mod roles;
pub mod scopes;
pub mod sealed_values;
mod session_ends;
pub mod sessions;
pub mod settings;
mod statement_text;
pub mod stats;
pub mod support_codes;
pub mod totp_factors;
pub mod trusted_devices;
mod union_query;
pub mod user_hashes;
pub mod user_merges;
pub mod user_search;
pub mod users;
mod value_list;

pub use filtered_list::{Count, ListPage};
pub use query::PAGE_MAX;
