//! The context of an operation: the administrator, the rights, the deployment, and what requests share.

pub mod affected;
pub mod authority;
pub mod bearer;
pub mod change_reason;
pub mod checked_value;
pub mod deployment;
pub mod exact_matches;
pub mod fetch;
pub mod found;
pub mod gate;
pub mod held_events;
pub mod idempotency;
pub mod json_member;
pub mod name_search;
pub mod operator;
pub(crate) mod page_request;
pub mod progress;
pub(crate) mod rights;
pub mod settings;
pub(crate) mod single_creation;
