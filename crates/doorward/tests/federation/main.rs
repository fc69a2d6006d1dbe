//! Tests of sign-in with identity providers over HTTP, on SQLite with memory and on PostgreSQL with
//! Redis, with an honest provider and a misbehaving one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account;
mod first_time;
mod hijacking;
mod hostile;
mod kinds;
mod sign_in;
mod world;
