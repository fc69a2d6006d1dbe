//! Types of an application: its own Cedar schema, rules and entities, from a directory.

mod decisions;
mod load;
mod watched;

pub use decisions::{OwnDecision, OwnTypes, Scene};
pub use load::LoadError;
pub use watched::WatchedTypes;
