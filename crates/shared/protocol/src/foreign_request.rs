//! Requests of other protocols, in sign-ins that features begin.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request of another protocol, in a sign-in that a feature began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignRequest {
    /// The name of the protocol, by which its feature is found.
    pub protocol: String,
    /// The contents, which only the feature reads.
    pub payload: Value,
}
