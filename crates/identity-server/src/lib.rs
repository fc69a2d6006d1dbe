//! The identity provider: flows, HTTP, pages, configuration.

// A request is one future within another, and their layout is asked for at once in a release build.
#![recursion_limit = "256"]

pub mod audit_anchor;
pub mod caller;
pub mod client_certificate;
pub mod client_fetches;
pub mod client_keys;
pub mod config;
pub mod config_files;
pub mod detail_types;
pub mod dev;
pub mod doctor;
pub mod fault;
pub mod fetcher;
pub mod flow;
pub mod geoip;
pub mod hashing;
pub mod http;
pub mod i18n;
pub mod job_payload;
pub mod jobs;
pub mod keyed_hash;
pub mod known_device;
pub mod letters;
pub mod mail;
mod mailer;
pub mod metrics;
mod metrics_listener;
pub mod outgoing;
pub mod passkeys;
mod past;
pub mod picture;
pub mod place;
pub mod recent;
pub mod refusal;
pub mod remedy;
pub mod sector_documents;
pub mod server;
pub mod signed_metadata;
pub mod signing_keys;
pub mod state;
pub mod sweep;
pub mod telemetry;
pub mod throttle;
mod trace_export;
pub mod trusted_issuers;
pub mod upstream;
pub mod views;
mod worker;

pub use server::{Deps, Listeners, Server, StartError, rehearsal, snapshots};
