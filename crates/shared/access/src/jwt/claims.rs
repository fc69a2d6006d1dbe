//! The claims of access tokens (RFC 9068 §2.2) and ID tokens (OIDC Core §2).
//!
//! Types are strict: a claim of the wrong type is an error, never an absent claim
//! (CVE-2026-25537). Times are whole Unix seconds.

use doorward_protocol::authorization_details::AuthorizationDetails;
pub use doorward_protocol::confirmation::Confirmation;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::Actor;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The audience of a token (RFC 7519 §4.1.3): one string, or an array of strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// A single recipient.
    One(String),
    /// Several recipients.
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::One(String::new())
    }
}

impl Audience {
    /// Returns true if the token is for this recipient; compared byte by byte.
    pub fn contains(&self, recipient: &str) -> bool {
        self.iter().any(|own| own == recipient)
    }

    /// Returns all recipients.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_slice().iter().map(String::as_str)
    }

    /// Returns all recipients as a slice.
    pub const fn as_slice(&self) -> &[String] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(many) => many.as_slice(),
        }
    }
}

doorward_protocol::sparse! {
    /// The claims of an access token (RFC 9068 §2.2).
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub struct AccessTokenClaims {
        /// Issuer.
        pub iss: String,
        /// User, or the client itself (RFC 9068 §2.2).
        pub sub: String,
        /// Resources that may accept the token.
        pub aud: Audience,
        /// Client that holds the token.
        pub client_id: String,
        /// Expiry in Unix seconds.
        pub exp: i64,
        /// Time of issue in Unix seconds.
        pub iat: i64,
        /// Token identifier.
        pub jti: String,
        sparse {
            /// Scope of the client.
            pub scope: Scope,
            /// Time of the sign-in.
            pub auth_time: Option<i64>,
            /// Authentication context class of the sign-in.
            pub acr: Option<String>,
            /// Authentication methods of the sign-in (RFC 8176).
            pub amr: Vec<String>,
            /// Session in which the token was issued.
            pub sid: Option<String>,
            /// Names of roles (RFC 9068 §2.2.3.1).
            pub roles: Vec<String>,
            /// Names of groups (RFC 9068 §2.2.3.1).
            pub groups: Vec<String>,
            /// Permission codenames (RFC 9068 §2.2.3.1).
            pub entitlements: Vec<String>,
            /// Paths of the groups that the subject manages, and of their subgroups.
            pub managed_groups: Vec<String>,
            /// Names of the lists among `roles`, `groups`, `entitlements` and `managed_groups` that are
            /// incomplete, because the token would have become too large.
            pub overage: Vec<String>,
            /// Organization in which the user acts.
            pub org: Option<String>,
            /// Verification status of the user's e-mail address (OIDC Core §5.1); absent means unverified.
            pub email_verified: Option<bool>,
            /// User name, in tokens of the account API.
            pub username: Option<String>,
            /// E-mail address, in tokens of the account API.
            pub email: Option<String>,
            /// Staff status of the user at the operator, in tokens of the account API.
            pub is_staff: Option<bool>,
            /// Actor for the subject in an exchanged token (RFC 8693 §4.1).
            pub act: Option<Actor>,
            /// Only party that may become the actor for the subject (RFC 8693 §4.4).
            pub may_act: Option<Map<String, Value>>,
            /// Key that the sender must prove; absent in a bearer token.
            pub cnf: Option<Confirmation>,
            /// Granted authorization details (RFC 9396 §9.1).
            pub authorization_details: AuthorizationDetails,
        }
        /// Custom claims, and claims of other issuers, never one of the names above.
        #[serde(flatten)]
        pub extra: Map<String, Value>,
    }
}

/// The claims of an ID token (OIDC Core §2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IdTokenClaims {
    /// Issuer.
    pub iss: String,
    /// User.
    pub sub: String,
    /// Client that the token is for.
    pub aud: Audience,
    /// Client that requested the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    /// Expiry in Unix seconds.
    pub exp: i64,
    /// Time of issue in Unix seconds.
    pub iat: i64,
    /// Time of the sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Nonce of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Authentication context class of the sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Authentication methods of the sign-in (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// Digest that binds the access token of the same response (OIDC Core §3.1.3.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Session (OIDC Back-Channel Logout §2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Claims about the user (OIDC Core §5.1), never one of the names above.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests;
