//! The whole system for tests and measurements: both servers on free loopback ports, with SQLite
//! and memory or with PostgreSQL and Redis, a clock that tests move, a fixed set of users and
//! clients, a user agent without a display, a real one (Chromium), and a relying party based on the
//! `openidconnect` crate.
//!
//! No part is a mock: a [`Stack`] runs the servers of the binary, reached over TCP.

#![forbid(unsafe_code)]
// A test consists of nested futures, which need a deeper layout recursion in a release build.
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test harness a failure is a panic with its message"
)]

pub mod addresses;
mod audit;
pub mod audit_days;
pub mod authenticator;
pub mod authorization;
pub mod backend;
pub mod balancer;
pub mod browser;
mod campaigns;
mod chromium;
pub mod clock;
pub mod collector;
pub mod disk;
pub mod history;
pub mod jwt;
pub mod mail;
pub mod multiply;
pub mod patroni;
pub mod postgres;
pub mod program;
mod provider;
pub mod proxy;
pub mod relay;
pub mod relying_party;
pub mod rows;
pub mod rsa_keys;
pub mod seed;
mod server_thread;
pub mod sites;
pub mod small_postgres;
pub mod smtp;
pub mod stack;
pub mod statements;
pub mod storm;
pub mod strace;
mod template;
mod timing;
pub mod tls_postgres;
pub mod trial;
pub mod upstream;
mod virtual_authenticator;

pub use authenticator::Authenticator;
pub use authorization::{Authorization, Outcome};
pub use backend::{Backend, Storage};
pub use clock::ManualClock;
pub use doorward_user_agent::{CookieAgent, Form, Page, UserAgent, agent, answers, page, process};
pub use mail::Mail;
pub use seed::{Credentials, PASSWORD, TestClient};
pub use stack::Stack;

/// Defines two tests for each named `async fn(&Stack)`: one for each backend. For races, locks, searches,
/// paging, cleanup and what else depends on the database; [`flows!`] is for the rest.
#[macro_export]
macro_rules! both_backends {
    ($($check:ident),+ $(,)?) => { $crate::both_backends_with!([]; $($check),+); };
}

/// Defines two tests as [`both_backends!`] does, with settings of the identity server by their environment names.
#[macro_export]
macro_rules! both_backends_with {
    (@settings []) => { &[] };
    (@settings $settings:ident) => { super::$settings };
    ($settings:tt; $($check:ident),+ $(,)?) => {
        $(
            mod $check {
                #[test]
                fn sqlite_memory() {
                    let backend = $crate::Backend::SqliteMemory;
                    let settings = $crate::both_backends_with!(@settings $settings);
                    $crate::stack::run_with(backend, settings, super::$check);
                }

                #[test]
                fn postgres_redis() {
                    let backend = $crate::Backend::PostgresRedis;
                    let settings = $crate::both_backends_with!(@settings $settings);
                    $crate::stack::run_with(backend, settings, super::$check);
                }
            }
        )+
    };
}

/// Defines a test for each named `async fn(&Stack)`, on the backend that [`Backend::of_flow`] chooses.
#[macro_export]
macro_rules! flows {
    ($($check:ident),+ $(,)?) => { $crate::flows_with!([]; $($check),+); };
}

/// Defines tests as [`flows!`] does, with settings of the identity server by their environment names.
#[macro_export]
macro_rules! flows_with {
    ($settings:tt; $($check:ident),+ $(,)?) => {
        $(
            mod $check {
                #[test]
                fn flow() {
                    for &backend in $crate::Backend::of_flow(module_path!()) {
                        let settings = $crate::both_backends_with!(@settings $settings);
                        $crate::stack::run_with(backend, settings, super::$check);
                    }
                }
            }
        )+
    };
}
