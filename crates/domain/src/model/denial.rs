//! A refusal, kept for a while so that it can be explained.

use serde_json::{Map, Value};

use super::id::DenialId;
use crate::time::UnixSeconds;

/// What was refused, by which rule, to whom.
#[derive(Clone, PartialEq, Debug)]
pub struct DenialRecord {
    /// The decision id of the answer.
    pub id: DenialId,
    /// When.
    pub at: UnixSeconds,
    /// The rule that decided.
    pub rule: String,
    /// The user, or the client that acted for itself, where they were known.
    pub actor: Option<String>,
    /// The app, where it was known.
    pub client_id: Option<String>,
    /// What the rule looked at; never a secret.
    pub detail: Map<String, Value>,
}
