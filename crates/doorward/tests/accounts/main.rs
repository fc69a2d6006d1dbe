//! Tests of the account pages and APIs over HTTP, on SQLite with memory and on PostgreSQL with
//! Redis. Each module covers one topic; each test names the requirement it checks.

// As in the program: a release build lays out the nested futures at once.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod api_keys;
mod audit;
mod audit_kinds;
mod avatar;
mod canary;
mod change_email;
mod connected_apps;
mod cookie_size;
mod demanded;
mod draft;
mod email_code;
mod forms;
mod last_one;
mod mail;
mod newcomers;
mod notices;
mod open_redirect;
mod passkey;
mod passkey_second;
mod passkeys;
mod password;
mod personal_data;
mod place;
mod profile;
mod qr;
mod recover;
mod reset;
mod second_step;
mod session_cookie;
mod session_limits;
mod sessions;
mod signed_out;
mod slow_client;
mod step_up;
mod storm;
mod sudo;
mod support;
mod sweep;
mod throttle;
mod tidy;
mod trusted_devices;
mod two_factor;
mod two_factor_set_up;
mod verification;
mod ways_in;

use doorward_testkit::both_backends_with;
