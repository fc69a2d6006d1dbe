//! Tests of the command line: the real binary, real files, exit codes and streams.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod access_lists;
mod access_log;
#[path = "../../../../features/access-reviews/tests/command.rs"]
mod access_reviews;
mod accounts;
mod acme;
mod address_passwords;
mod admin;
mod admin_open;
#[path = "../../../../features/ldap-server/tests/command.rs"]
mod app_passwords;
#[path = "../../../../features/as-code/tests/command.rs"]
mod as_code;
#[path = "../../../../features/as-code/tests/provider.rs"]
mod as_code_provider;
mod attempts;
mod audit;
mod audit_archive;
mod backup;
mod bulk;
mod claims;
mod client_application;
mod client_exchange;
mod client_keys;
mod client_policy;
mod client_profile;
mod client_secrets;
mod coming_from_django;
mod config;
mod configured_names;
mod containers;
mod copies;
mod create_grammar;
mod denials;
mod deploy;
mod dev;
mod dev_rejections;
mod doctor;
mod explain;
mod https;
mod import;
mod import_sync;
mod init;
mod json_output;
mod leavers;
mod lint;
mod mail_preview;
mod mcp;
mod merge;
#[path = "../../../../features/campaigns/tests/command.rs"]
mod mfa;
mod migrate;
mod move_to;
#[path = "../../../../features/notices/tests/command.rs"]
mod notices;
mod organizations;
mod permissions;
mod policy;
mod profile_fields;
mod program;
mod protect;
mod provider;
mod proxy;
mod quickstart;
mod registries;
mod renames;
mod replicas;
mod replicas_guide;
#[path = "../../../../features/reports/tests/command.rs"]
mod reports;
mod roles;
#[path = "../../../../features/saml/tests/command.rs"]
mod saml;
#[path = "../../../../features/scim/tests/command.rs"]
mod scim;
mod secret_key;
mod serve;
#[path = "../../../../features/sites/tests/command.rs"]
mod sites;
mod stray_database;
mod tls_load;
mod upgrade;
mod user_data;
mod user_export;
