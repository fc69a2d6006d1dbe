//! Import of users, roles, groups, clients and identity providers from Django, Keycloak and CSV
//! files.
//!
//! A reader turns a source into typed records ([`record`]); the plan ([`plan`]) decides for each
//! record what is created, what changes and why, without input or output; [`apply`] writes it in
//! batches, and remembers the id of each object in the source, so that a second run changes
//! nothing. A file of users can also be compared with the users that it has imported ([`sync`]).

pub mod apply;
pub mod grouped;
pub mod hash;
pub mod item;
pub mod options;
pub mod plan;
mod prelude;
pub mod read;
pub mod record;
pub mod report;
pub mod sync;
