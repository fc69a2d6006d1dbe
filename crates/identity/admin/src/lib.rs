//! Administration of clients, users, roles, groups, organizations and keys, from the command line
//! or by the API. Each operation is one write transaction with its audit event. Callers of the API
//! are limited to their rights ([`authority`]).
//!
//! A list has at most `limit` objects: those after the cursor `after`, or before `before` if the newest
//! are first. A function that takes a user, group or other object instead of its ID relies on the check
//! of the function that read it.

// Requests are deeply nested futures; a release build computes their layout recursively.
#![recursion_limit = "256"]

pub mod clients;
pub mod context;
pub mod definitions;
pub mod groups;
pub mod kinds;
pub mod object_names;
pub mod operation;
pub mod operations;
pub mod organizations;
pub mod prelude;
pub mod providers;
pub mod roles;
pub mod system;
pub mod users;

pub use self::clients::{api_keys, applications, authorized_clients, grants, registration_tokens};
use self::context::page_request;
pub use self::context::{
    affected, authority, bearer, change_reason, checked_value, deployment, exact_matches, fetch,
    found, gate, held_events, idempotency, json_member, name_search, operator, progress, settings,
};
pub use self::definitions::{claims, profile_fields, resources, scopes};
pub use self::groups::group_members;
pub use self::organizations::{invitation_batches, invitations, invited_access};
use self::providers::provider_spec;
pub use self::providers::provider_trial;
pub use self::roles::{
    assignments, effective_assignments, permissions, renames, role_marks, role_rules, role_sets,
    standard,
};
use self::system::undo_object;
pub use self::system::{
    attempts, audit_archive, audit_log, brands, configured_names, decisions, home, jobs, keys,
    new_database, provisioning, secret_key, setup, source_change, starter, stats, tasks_resource,
    tasks_sample, undo,
};
pub use self::users::{
    bulk, bulk_selection, bulk_step, copies, credential_export, exports, lockouts, merging,
    offboarding, passwords, personal_data, recover, responsibilities, sessions, staff,
    support_codes, user_change, user_factors, user_links, user_notification, user_search,
};

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
