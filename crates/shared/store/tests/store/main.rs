//! The store on SQLite and PostgreSQL, in memory and on Redis: every function on both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lint knows only test functions, not their helpers"
)]

mod access_changes;
mod access_reviews;
mod access_token_status;
mod admin_lists;
mod affected;
mod api_keys;
mod attempts;
mod audit;
mod audit_archives;
mod audit_chain;
mod audit_streams;
mod batches;
mod bulk_changes;
mod checksums;
mod client_registrations;
mod client_users;
mod clients;
mod consents;
mod deletions;
mod denials;
mod dev_mail;
mod device_requests;
mod email_sign_ins;
mod email_tokens;
mod ephemeral;
mod fixtures;
mod grant_tokens;
mod grants;
mod growth;
mod harness;
mod imports;
mod interactions;
mod jobs;
mod keys;
mod last_tokens;
mod leases;
mod list_filters;
mod login_failures;
mod name_search;
mod opening;
mod organizations;
mod overview;
mod own_texts;
mod provider_use;
mod registries;
mod renames;
mod role_assignments;
mod role_holders;
mod roles;
mod sealed_values;
mod search;
mod second_factor;
mod sentinel;
mod session_settings;
mod sessions;
mod signals;
mod single_use;
mod stats;
mod stored_json;
mod support_codes;
mod trusted_devices;
mod upgrade;
mod upgrade_plan;
mod users;
mod work;
