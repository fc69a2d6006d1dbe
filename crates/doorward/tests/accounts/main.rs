//! Accounts from outside: what people do with their own, over HTTP, on SQLite with memory and on
//! PostgreSQL with Redis. Each module is one theme; each test names the sentence it holds the
//! server to.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod change_email;
mod mail;
mod password;
mod qr;
mod reset;
mod second_step;
mod step_up;
mod support;
mod throttle;
mod two_factor;
mod two_factor_set_up;
mod verification;
