//! Role-based access control at the resource server.
//!
//! A token carries two limits, and both must allow: what the person may do (`entitlements`), and
//! what the person let this client do (`scope`). Anything that is not allowed is denied.

pub mod assurance;
pub mod decide;
pub mod explain;
pub mod model;

pub use assurance::Assurance;
pub use decide::{Decision, Requirement, decide};
pub use explain::{DecisionId, Reason};
pub use model::{Permission, PermissionError};
