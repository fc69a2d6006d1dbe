//! The `cnf` of tokens: to which key one is bound (RFC 7800, RFC 9449 §6).

use serde::{Deserialize, Serialize};

/// Which key the holder of a token has to prove (RFC 7800 §3.1).
///
/// A method of confirmation that is not known here makes the whole token unreadable: it would
/// otherwise pass for one that anybody may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The thumbprint of the key that signs DPoP proofs (RFC 9449 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
}

impl Confirmation {
    /// Bound to the key with this thumbprint (RFC 9449 §6).
    pub fn dpop(jkt: impl Into<String>) -> Self {
        Self {
            jkt: Some(jkt.into()),
        }
    }
}

#[cfg(test)]
mod tests;
