//! Configuration as code: clients, roles and other objects in files of a repository. `export` writes them, `plan`
//! compares them with the deployment and says whom the difference affects, `apply` runs the operations that a
//! form or a call would run, in one transaction, and `drift` finds what was changed in another way.
//!
//! The ground has the kinds of objects (`admin::kinds`), also those of features; this feature compares them.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod documents;
pub mod drift;
pub mod export;
pub mod files;
pub mod impact;
mod only;
pub mod operations;
pub mod plan;
mod run;
mod state;
mod text;

use doorward_console_ui::feature::Feature;

pub static FEATURE: Feature = Feature {
    name: "as-code",
    operations: operations::ALL,
    ..Feature::NONE
};

#[cfg(test)]
mod tests;
