//! The `AuthZEN` Authorization API 1.0: its messages, the semantics of several evaluations, its metadata,
//! and decisions on the types of an application. Decisions on other types, and HTTP, belong to the
//! service that uses it.

pub mod batch;
mod members;
pub mod messages;
pub mod metadata;
pub mod own_types;

pub use batch::{Batch, Semantic};
pub use messages::{Action, Decision, Entity, Evaluation, Malformed, Search, SearchResponse};
