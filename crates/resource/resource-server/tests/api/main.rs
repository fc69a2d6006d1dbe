//! Tests of the tasks API and its web client over HTTP: a running server on port 0, on SQLite and
//! on PostgreSQL, with an issuer whose keys and tokens are real.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at what is not there"
)]

mod access_log;
mod agreement;
mod articles;
mod audit;
mod authzen;
mod bounded_lists;
mod categories;
mod cleanup;
mod database;
mod decisions;
mod fixture;
mod guard;
mod input;
mod issuer;
mod list;
mod many_memberships;
mod membership;
mod openapi;
mod overage;
mod plans;
mod policies;
mod project_members;
mod project_status;
mod projects;
mod quotas;
mod races;
mod rate_limit;
mod readers;
mod rules;
mod schema;
mod search;
mod signals;
mod stop;
mod tasks;
mod visibility;
mod web;
