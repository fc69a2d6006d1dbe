//! Administration of clients, users, roles, groups, organizations and keys, from the command line
//! or by the API. Each operation is one write transaction with its audit event. Callers of the API
//! are limited to their rights ([`authority`]).
//!
//! A list has at most `limit` objects: those after the cursor `after`, or before `before` if the newest
//! are first. A function that takes a user, group or other object instead of its ID relies on the check
//! of the function that read it.

// Requests are deeply nested futures; a release build computes their layout recursively.
#![recursion_limit = "256"]

pub mod affected;
pub mod api_keys;
pub mod applications;
pub mod assignments;
pub mod attempts;
pub mod audit_archive;
pub mod audit_log;
pub mod authority;
pub mod authorized_clients;
pub mod bearer;
pub mod brands;
pub mod bulk;
pub mod bulk_selection;
pub mod bulk_step;
pub mod change_reason;
pub mod checked_value;
pub mod claims;
pub mod clients;
pub mod configured_names;
pub mod copies;
pub mod credential_export;
pub mod decisions;
pub mod definitions;
pub mod deployment;
pub mod effective_assignments;
pub mod exact_matches;
pub mod exports;
pub mod found;
pub mod grants;
mod group_managers;
pub mod group_members;
pub mod groups;
pub mod home;
pub mod idempotency;
pub mod invitation_batches;
pub mod invitations;
pub mod invited_access;
pub mod jobs;
pub mod json_member;
pub mod keys;
pub mod lockouts;
pub mod merging;
pub mod name_search;
pub mod new_database;
pub mod object_names;
pub mod offboarding;
pub mod operation;
pub mod operations;
pub mod operator;
pub mod organizations;
pub mod own_texts;
mod page_request;
pub mod passwords;
pub mod permissions;
pub mod personal_data;
pub mod prelude;
pub mod profile_fields;
pub mod progress;
mod provider_spec;
pub mod provider_trial;
pub mod providers;
pub mod recover;
pub mod registration_tokens;
pub mod renames;
pub mod resources;
pub mod responsibilities;
mod rights;
pub mod role_marks;
pub mod role_rules;
pub mod role_sets;
pub mod roles;
pub mod scopes;
pub mod secret_key;
pub mod sessions;
pub mod settings;
pub mod setup;
mod single_creation;
pub mod source_change;
pub mod staff;
pub mod standard;
pub mod starter;
pub mod stats;
pub mod support_codes;
pub mod system;
pub mod tasks_resource;
pub mod tasks_sample;
pub mod undo;
mod undo_object;
pub mod user_change;
pub mod user_factors;
pub mod user_links;
pub mod user_notification;
pub mod user_search;
pub mod users;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
