//! The `cnf` of tokens: to which key one is bound (RFC 7800, RFC 9449 §6).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which key the holder of a token has to prove (RFC 7800 §3.1).
///
/// What is not known here is kept, so that nobody takes the token for one that anybody may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confirmation {
    /// The thumbprint of the key that signs DPoP proofs (RFC 9449 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// Other methods of confirmation.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl Confirmation {
    /// Bound to the key with this thumbprint (RFC 9449 §6).
    pub fn dpop(jkt: impl Into<String>) -> Self {
        Self {
            jkt: Some(jkt.into()),
            others: Map::new(),
        }
    }

    /// The key that a DPoP proof has to be made with; none where that would not be enough.
    pub fn dpop_key(&self) -> Option<&str> {
        self.jkt.as_deref().filter(|_| self.others.is_empty())
    }
}

#[cfg(test)]
mod tests;
