//! The `cnf` claim: the key or certificate that a token is bound to (RFC 7800, RFC 9449 §6, RFC
//! 8705 §3.1).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The confirmation that the holder of a token must provide (RFC 7800 §3.1).
///
/// Unknown methods are kept, so that the token is never mistaken for an unbound one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confirmation {
    /// The thumbprint of the key that signs DPoP proofs (RFC 9449 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// The thumbprint of the client's certificate (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    pub x5t_s256: Option<String>,
    /// Other methods of confirmation.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl Confirmation {
    /// Creates a binding to the key with this thumbprint (RFC 9449 §6).
    pub fn dpop(jkt: impl Into<String>) -> Self {
        Self {
            jkt: Some(jkt.into()),
            ..Self::default()
        }
    }

    /// Creates a binding to the certificate with this thumbprint (RFC 8705 §3.1).
    pub fn certificate(thumbprint: impl Into<String>) -> Self {
        Self {
            x5t_s256: Some(thumbprint.into()),
            ..Self::default()
        }
    }

    /// Returns true if there is a known confirmation and no unknown one.
    pub fn is_understood(&self) -> bool {
        self.others.is_empty() && (self.jkt.is_some() || self.x5t_s256.is_some())
    }
}

#[cfg(test)]
mod tests;
