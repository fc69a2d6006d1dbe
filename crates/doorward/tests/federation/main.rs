//! Signing in with other providers, from outside: over HTTP, on SQLite with memory and on PostgreSQL with
//! Redis, with a provider that speaks the truth and one that does not (SECURITY §1.7).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account;
mod first_time;
mod hijacking;
mod hostile;
mod kinds;
mod sign_in;
mod world;
