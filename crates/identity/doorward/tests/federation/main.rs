//! Tests of sign-in with identity providers over HTTP, on SQLite with memory and on PostgreSQL with
//! Redis, with an honest provider and a misbehaving one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fapi_provider;
mod first_sign_in;
mod linked_accounts;
mod misbehaving_provider;
mod pre_hijacking;
mod provider_kinds;
mod provider_logout;
mod provider_shapes;
mod provider_signals;
mod sign_in;
mod world;
