//! PKCE policies of clients (RFC 7636, RFC 9700 §2.1.1).

use serde::{Deserialize, Serialize};

use super::ClientKind;

/// A client's requirement of PKCE (RFC 7636, RFC 9700 §2.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PkcePolicy {
    /// Every request needs PKCE.
    Required,
    /// PKCE is optional until [`PKCE_STREAK`] sign-ins in a row have used it, then required.
    Auto,
    Optional,
}

/// Sign-ins with PKCE in a row after which [`PkcePolicy::Auto`] requires it.
pub const PKCE_STREAK: i32 = 10;

impl PkcePolicy {
    pub const ALL: [Self; 3] = [Self::Required, Self::Auto, Self::Optional];

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Auto => "auto",
            Self::Optional => "optional",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == text)
    }

    /// Returns the policy of a client that is created without one (RFC 9700 §2.1.1).
    pub const fn default_for(kind: ClientKind) -> Self {
        Self::Auto.limited_to(kind)
    }

    /// Returns this policy for a client of this kind: a public client must use PKCE (RFC 9700
    /// §2.1.1).
    #[must_use]
    pub const fn limited_to(self, kind: ClientKind) -> Self {
        match kind {
            ClientKind::Public => Self::Required,
            ClientKind::Confidential => self,
        }
    }
}

/// The protection of a code against injection at a sign-in (RFC 9700 §2.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum CodeProtection {
    /// PKCE, which this server checks.
    Pkce,
    /// `nonce`, which only the client checks.
    Nonce,
    /// Neither.
    None,
}

impl CodeProtection {
    pub const ALL: [Self; 3] = [Self::Pkce, Self::Nonce, Self::None];

    /// Returns the word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pkce => "pkce",
            Self::Nonce => "nonce",
            Self::None => "none",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == text)
    }

    /// Returns the protection of a request with this challenge and nonce.
    pub const fn from_request(has_challenge: bool, has_nonce: bool) -> Self {
        match (has_challenge, has_nonce) {
            (true, _) => Self::Pkce,
            (false, true) => Self::Nonce,
            (false, false) => Self::None,
        }
    }
}
