//! The client: Doorward provisions users and groups to the SCIM servers of applications (decision 168).
//!
//! A target is an application. The audit chain is its queue: each target has a position in it. A full run compares all
//! users and groups with those of the application.

mod audience;
mod changes;
mod connection;
mod delta;
mod doctor;
mod full;
mod groups;
pub(crate) mod operations;
mod pending;
mod report;
mod resource;
mod run;
mod targets;
mod task;

pub(crate) use doctor::check;
pub(crate) use targets::provisioning;
pub(crate) use task::run;
