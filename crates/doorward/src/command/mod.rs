//! The commands: one file for each, with its arguments and its action.

pub mod admin;
pub mod api_key;
pub mod attempt;
pub mod audit;
pub mod backup;
mod branding;
pub mod claim;
pub mod client;
pub mod config;
pub mod consent;
#[cfg(test)]
mod create_tests;
pub mod dev;
pub mod doctor;
pub mod explain;
#[cfg(test)]
mod form_equivalent_tests;
pub mod grant;
pub mod healthcheck;
pub mod import;
pub mod init;
pub mod issuer;
pub mod key;
pub mod lint;
mod lookup;
pub mod mail;
pub mod migrate;
pub mod move_to;
pub mod org;
#[cfg(feature = "demo")]
pub mod policy;
pub mod prelude;
pub mod profile_field;
pub mod provider;
pub mod recover;
pub mod reference;
pub mod restore;
pub mod review;
pub mod role;
pub mod serve;
pub mod session;
#[cfg(feature = "demo")]
pub mod tasks;
pub mod text;
pub mod token;
pub mod upgrade;
pub mod user;
pub mod values;
