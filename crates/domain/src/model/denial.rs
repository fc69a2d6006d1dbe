//! Denials, stored for a limited time so that they can be explained.

use serde_json::{Map, Value};

use super::id::DenialId;
use crate::time::UnixSeconds;

/// A recorded denial and the rule that decided it.
#[derive(Clone, PartialEq, Debug)]
pub struct DenialRecord {
    /// The decision id in the response.
    pub id: DenialId,
    /// The time of the denial.
    pub at: UnixSeconds,
    /// The rule that decided.
    pub rule: String,
    /// The user, or the client that acted for itself, if known.
    pub actor: Option<String>,
    /// The client, if known.
    pub client_id: Option<String>,
    /// The facts that the rule examined; never a secret.
    pub detail: Map<String, Value>,
}
