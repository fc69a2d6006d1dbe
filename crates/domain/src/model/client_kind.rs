//! Kinds of clients (RFC 6749 §2.1).

use serde::{Deserialize, Serialize};

/// The client type: able or unable to keep a secret (RFC 6749 §2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// Runs where its secret is safe, such as a server.
    Confidential,
    /// Runs on a user's device or in the browser.
    Public,
}

impl ClientKind {
    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::Public => "public",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "confidential" => Some(Self::Confidential),
            "public" => Some(Self::Public),
            _ => None,
        }
    }
}
