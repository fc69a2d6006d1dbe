//! The identity provider: flows, HTTP, pages, configuration.

pub mod config;
