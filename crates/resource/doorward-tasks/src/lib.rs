//! The tasks API as a process: its configuration, its server and its commands. The program
//! `doorward-tasks` runs them, and the program `doorward` if it contains the tasks API.

// As in the identity server: nested futures need a deeper layout recursion in a release build.
#![recursion_limit = "256"]

mod development;
mod error;
pub mod policy;
mod server;

pub use development::run_for_development;
pub use error::TasksError;
pub use server::{run, server_config, snapshots};
