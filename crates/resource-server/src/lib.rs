//! The tasks API, guarded by access tokens of any Doorward issuer, and a small web client that
//! signs in there like any other relying party.
//!
//! This crate knows nothing of the identity server but its issuer URL: it proves that anyone can
//! build the same from outside, on `doorward-access` alone.

mod app;
mod body;
pub mod config;
pub mod db;
mod headers;
mod health;
mod metadata;
mod problem;
mod random;
mod routes;
pub mod tasks;
mod web;

pub use app::{Deps, Server, StartError};
pub use config::{Config, ConfigError, WebClient};
pub use problem::{FieldError, Problem};
pub use routes::table as routes;
