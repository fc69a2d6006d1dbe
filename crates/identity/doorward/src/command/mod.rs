//! The commands: one file for each, with its arguments and its action.

pub mod admin;
#[cfg(feature = "as-code")]
pub mod as_code;
pub mod audit;
pub mod backup;
pub mod claim;
pub mod client;
pub mod config;
#[cfg(test)]
mod create_tests;
pub mod dev;
pub mod doctor;
pub mod explain;
#[cfg(test)]
mod form_equivalent_tests;
pub mod healthcheck;
pub mod import;
pub mod init;
pub mod issuer;
pub mod key;
pub mod lint;
pub mod mail;
pub mod migrate;
pub mod move_to;
#[cfg(feature = "demo")]
pub mod policy;
pub mod prelude;
pub mod provider;
pub mod recover;
pub mod reference;
pub mod restore;
pub mod role;
pub mod serve;
#[cfg(feature = "demo")]
pub mod tasks;
pub mod token;
pub mod upgrade;
pub mod user;
pub mod values;
