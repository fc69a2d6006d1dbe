//! The configuration: `doorward.toml`, overridden by the environment.
//!
//! Every key is one row of a table ([`table::all`]) with its type, default, environment names and
//! description. Loading, `config check`, `config print` and `config reference` read the same table.
//! A field of a section has the meaning of its key; durations are in seconds.

#[macro_use]
mod section;

pub mod accounts;
pub mod acme;
pub mod address;
pub mod api;
pub mod as_code;
pub mod audit;
mod audit_check;
pub mod authorization;
mod brand_check;
pub mod branding;
pub mod check;
pub mod client_metadata_documents;
pub mod client_registration;
pub mod clients;
pub mod consent;
pub mod database;
mod derived;
pub mod directories;
mod environment;
pub mod error;
mod file;
pub mod former_issuers;
mod former_issuers_check;
pub mod forward_auth;
mod forward_auth_check;
pub mod geoip;
mod https;
pub mod impersonation;
pub mod initial;
pub mod key;
pub mod keys;
pub mod ldap;
mod ldap_check;
pub mod limits;
mod listen;
mod load;
pub mod logging;
pub mod login;
pub mod mail;
pub mod metrics;
pub mod mfa;
pub mod mtls;
pub mod organizations;
pub mod outgoing;
pub mod passkeys;
pub mod passwords;
pub mod print;
pub mod redis;
pub mod reference;
pub mod references;
pub mod registration;
mod relative;
pub mod secret;
pub mod secret_file;
pub mod server;
pub mod sessions;
pub mod settings;
mod suggestion;
pub mod table;
pub mod tasks;
pub mod telemetry;
pub mod tls;
pub mod tokens;
mod value;

#[cfg(test)]
mod address_tests;
#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod https_tests;
#[cfg(test)]
mod initial_tests;
#[cfg(test)]
mod relative_tests;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

pub use error::{ConfigError, Finding, Origin, Severity};
pub use listen::Listen;
pub use secret::{EndpointUrl, SecretText};
pub use settings::{Config, Mode};
pub use value::{duration_text, seconds};
