//! The JSON API over HTTP, on SQLite with memory and on PostgreSQL with Redis. Each module is one
//! theme; each test names the sentence it holds the server to. Every answer is held against the
//! document that describes the API.

// As in the program: one future within another, laid out at once in a release build.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod admin;
mod alike;
mod avatar;
mod clients;
mod cookie;
mod cross_origin;
mod email;
mod framework;
mod gate;
mod hourly;
mod limits;
mod passkeys;
mod password;
mod profile;
mod registration;
mod schema;
mod second_factor;
mod sessions;
mod sign_in;
mod standard_roles;
mod support;
mod tasks_doors;
mod tokens;
