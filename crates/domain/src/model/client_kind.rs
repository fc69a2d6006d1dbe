//! Kinds of clients (RFC 6749 §2.1).

use serde::{Deserialize, Serialize};

/// Whether a client can keep a secret (RFC 6749 §2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// Runs where its secret is safe.
    Confidential,
    /// Runs on a person's device or in their browser.
    Public,
}

impl ClientKind {
    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::Public => "public",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "confidential" => Some(Self::Confidential),
            "public" => Some(Self::Public),
            _ => None,
        }
    }
}
