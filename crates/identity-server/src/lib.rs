//! The identity provider: flows, HTTP, pages, configuration.

pub mod config;
pub mod hashing;
pub mod http;
pub mod i18n;
pub mod views;
