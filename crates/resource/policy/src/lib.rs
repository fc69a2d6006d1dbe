//! Fine-grained authorization: rules in Cedar, one set for each action on each kind of object. A
//! request that no rule permits is denied, and a rule that forbids overrides all that permit.
//!
//! The rules in `policies/` are built in; an operator's directory adds to them
//! (docs/decisions/0026). All are checked against one schema before use.

pub mod attribute_values;
pub mod attributes;
pub mod compile;
mod diagnostic;
pub mod engine;
mod evaluation;
mod expression;
pub mod filter;
mod formula;
pub mod library;
mod literals;
mod partial;
pub mod principal;
pub mod probe;
mod readers;
mod scenario;
pub mod schema;
mod source_offsets;
mod translate;
mod used_attributes;

pub use cedar_policy::Effect;

pub use attribute_values::{Action, Kind, Object, Value};
pub use compile::{Rule, Rules, Source};
pub use diagnostic::PolicyDiagnostic;
pub use engine::{Engine, LoadError, PolicyDecision, ReloadOutcome};
pub use filter::{Filter, Path, Scalar};
pub use principal::{PolicyPrincipal, Situation};
pub use translate::Selection;

#[cfg(test)]
mod tests;
