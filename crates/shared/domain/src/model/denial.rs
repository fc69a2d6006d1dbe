//! Denials, stored for a limited time so that they can be explained.

use serde_json::{Map, Value};

use super::id::DenialId;
use crate::time::UnixSeconds;

#[derive(Clone, PartialEq, Debug)]
pub struct DenialRecord {
    /// The decision id in the response.
    pub id: DenialId,
    pub at: UnixSeconds,
    pub rule: String,
    /// The user, or the client that acted for itself, if known.
    pub actor: Option<String>,
    pub client_id: Option<String>,
    /// The facts that the rule examined; never a secret.
    pub detail: Map<String, Value>,
}
