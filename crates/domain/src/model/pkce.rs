//! PKCE policies of clients (RFC 7636, RFC 9700 §2.1.1).

use serde::{Deserialize, Serialize};

use super::ClientKind;

doorward_protocol::words! {
    /// A client's requirement of PKCE (RFC 7636, RFC 9700 §2.1.1).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum PkcePolicy {
        /// Every request needs PKCE.
        Required = "required",
        /// PKCE is optional until [`PKCE_STREAK`] sign-ins in a row have used it, then required.
        Auto = "auto",
        Optional = "optional",
    }
}

/// Sign-ins with PKCE in a row after which [`PkcePolicy::Auto`] requires it.
pub const PKCE_STREAK: i32 = 10;

impl PkcePolicy {
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

doorward_protocol::words! {
    /// The protection of a code against injection at a sign-in (RFC 9700 §2.1.1).
    #[derive(Serialize)]
    pub enum CodeProtection {
        /// PKCE, which this server checks.
        Pkce = "pkce",
        /// `nonce`, which only the client checks.
        Nonce = "nonce",
        None = "none",
    }
}

impl CodeProtection {
    pub const fn from_request(has_challenge: bool, has_nonce: bool) -> Self {
        match (has_challenge, has_nonce) {
            (true, _) => Self::Pkce,
            (false, true) => Self::Nonce,
            (false, false) => Self::None,
        }
    }
}
