//! A user agent without a display, and started programs: for tests that start a program and know its
//! address only. It has no crate of the servers, so that such a test does not build them.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test harness a failure is a panic with its message"
)]

pub mod agent;
pub mod answers;
mod jar;
pub mod page;
pub mod process;

pub use agent::UserAgent;
pub use jar::CookieAgent;
pub use page::{Form, Page};
