//! Tests of the account pages and APIs over HTTP, on SQLite with memory and on PostgreSQL with
//! Redis. Each module covers one topic; each test names the requirement it checks.

// As in the program: a release build lays out the nested futures at once.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod api_keys;
mod audit;
mod audit_kinds;
mod authorized_clients;
mod avatar;
mod branding;
mod canary;
mod change_email;
mod check_up;
mod cleanup;
mod cookie_size;
#[path = "../../../../features/directory/tests/accounts.rs"]
mod directories;
mod draft;
mod email_code;
mod factor_campaigns;
mod first_start;
mod foreign_cookies;
mod foreign_passwords;
mod forms;
mod geoip;
mod growth;
mod imported;
#[path = "../../../../features/ldap-server/tests/ldap.rs"]
mod ldap;
mod mail;
mod merged_users;
mod open_redirect;
mod page_routes;
mod passkey;
mod passkey_counter;
mod passkey_second_factor;
mod passkeys;
mod password;
mod password_reset;
mod personal_data;
mod profile;
mod profile_fields;
mod qr;
mod rate_limit;
mod recent_authentication;
mod recover;
mod registration;
mod required_second_factor;
mod second_factor;
mod security_notifications;
mod session_cookie;
mod session_limits;
mod sessions;
mod sign_in_methods;
mod signed_out;
mod slow_client;
mod sole_role;
mod step_up;
mod storm;
mod support;
mod trusted_devices;
mod two_factor;
mod two_factor_enrollment;
mod verification;
