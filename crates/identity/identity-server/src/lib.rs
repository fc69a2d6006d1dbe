//! Assembly of the identity server: start, workers, cleanup, doctor and development instance.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod acme;
mod app;
mod audit_streams;
pub mod branding_files;
pub mod cleanup;
mod clock_check;
pub mod config_files;
pub mod configured_names;
mod deletions;
pub mod dev;
pub mod doctor;
pub mod features;
mod health;
mod https;
pub mod json_api;
mod lease;
mod listeners;
mod mail_samples;
mod mailer;
mod metrics_listener;
mod prelude;
mod routes;
mod secret_uses;
pub mod server;
mod tls_acceptor;
mod worker;

pub use listeners::{Listeners, MainListener};
pub use server::{Deps, Server, StartError, simulation_context, snapshots};
