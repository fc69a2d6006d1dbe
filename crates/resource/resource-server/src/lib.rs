//! The tasks API, guarded by access tokens of any Doorward issuer, and a small web client that
//! signs in there like any other relying party.
//!
//! This crate depends only on the issuer URL of the identity server: it proves that the same can be
//! built from outside, on `doorward-access` alone.

mod access_log;
mod address;
mod app;
mod articles;
mod audit;
mod authzen;
mod body;
mod bounded_reads;
mod caller;
mod caller_rate_limiter;
mod cleanup;
pub mod config;
mod cursor;
mod date_time;
mod decision_point;
mod decision_record;
mod decisions;
mod denial_limiter;
mod entity;
pub mod explain;
mod fields;
mod headers;
mod health;
mod list_params;
mod mcp;
mod members;
mod metadata;
pub mod openapi;
mod problem;
mod projects;
mod random;
mod rate_limit;
mod replay_store;
mod request;
mod resource;
pub mod routes;
mod samples;
mod search;
mod sql_condition;
mod state;
mod statement_metrics;
mod tasks;
mod telemetry;
mod value_list;
mod web;
mod words;

pub use doorward_tasks_database as db;

pub use app::{Deps, Server, StartError};
pub use caller_rate_limiter::SharedCounts;
pub use config::{Config, ConfigError, Limits, Quotas, WebClient};
pub use routes::table as routes;
pub use samples::SampleUsers;
