//! The command line as its users meet it: the real binary, real files, exit codes and streams.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod admin;
mod config;
mod deploy;
mod dev;
mod program;
mod quickstart;
mod serve;
