//! Tests of the JSON API over HTTP, on SQLite with memory and on PostgreSQL with Redis. Each module
//! covers one topic; each test names the requirement it checks. Every response is compared with the
//! `OpenAPI` document.

// As in the program: a release build lays out the nested futures at once.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account_pages;
mod admin;
mod audit_streams;
mod avatar;
mod clients;
mod console;
mod cookie;
mod cross_origin;
mod directory;
mod email;
mod enumeration;
mod framework;
mod grant_check;
mod hourly_limits;
mod limits;
mod passkeys;
mod password;
mod profile;
mod profile_fields;
mod registration;
mod schema;
mod second_factor;
mod sessions;
mod sign_in;
mod standard_roles;
mod support;
mod tasks_api;
mod tokens;
mod usernames;
