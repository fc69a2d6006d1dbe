//! Role-based access control at the resource server.
//!
//! A token carries two limits, and both must allow an operation: the user's permissions
//! (`entitlements`), and the scope that the user granted to the client (`scope`). Anything else is
//! denied.

pub mod assurance;
pub mod decide;
pub mod explain;
pub mod model;

pub use assurance::Assurance;
pub use decide::{Decision, Requirement, decide};
pub use explain::{DecisionId, Reason};
pub use model::{Permission, PermissionError};
