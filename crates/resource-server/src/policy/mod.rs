//! What a token allows on an object: rules in Cedar, one set for each action on each kind of
//! object. What no rule permits is denied, and a rule that forbids wins over all that permit.
//!
//! The rules of `policies/` are part of the program; an operator's own directory adds to them
//! (docs/decisions/0026). All are checked against one schema before any is used.

mod attributes;
pub mod compile;
mod diagnostic;
pub mod engine;
mod evaluation;
pub mod facts;
pub mod filter;
pub mod library;
mod partial;
pub mod principal;
pub mod probe;
mod scenario;
pub mod schema;
mod source_offsets;
mod translate;
mod used_attributes;

pub use compile::{Rule, Rules, Source};
pub use diagnostic::PolicyDiagnostic;
pub use engine::{Engine, LoadError, PolicyDecision, ReloadOutcome};
pub use facts::{Action, Kind, Object, Value};
pub use filter::{Filter, Path, Scalar};
pub use principal::{PolicyPrincipal, Situation};
pub use translate::Selection;

#[cfg(test)]
mod tests;
