//! Custom claims: mappings from facts about the subject of a token to a claim.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ClientId;
use crate::time::UnixSeconds;

/// A mapping that adds a claim to tokens and responses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimMapping {
    /// The permanent identifier: 1 to 32 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// The name of the claim.
    pub claim: String,
    /// The client whose tokens it applies to; none for all clients. For a client, its mapping
    /// takes precedence over a mapping of all clients with the same claim.
    pub client_id: Option<ClientId>,
    /// The source of the value.
    pub source: ClaimSource,
    /// The outputs that contain the claim.
    pub outputs: BTreeSet<ClaimOutput>,
    /// The scope that the token must have; none for every token.
    pub scope: Option<String>,
    /// The time of creation.
    pub created_at: UnixSeconds,
    /// The time of the last change.
    pub updated_at: UnixSeconds,
}

/// The source of a custom claim's value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClaimSource {
    /// A value that is equal in every token.
    Constant {
        /// The value.
        value: Value,
    },
    /// The value of the first listed role that the subject has.
    Role(Choice),
    /// The value of the first listed group that the user is in, directly or through a subgroup.
    Group(Choice),
    /// The value of the organization that the subject acts in.
    Organization(Choice),
    /// The display name of the organization that the subject acts in.
    OrganizationName,
    /// The user's value of a custom profile field.
    ProfileField {
        /// The name of the field.
        field: String,
    },
}

/// Values by the name of a role, a group path or an organization slug. The first match decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The cases, in order.
    pub values: Vec<Case>,
    /// The value if no case matches; without it, the claim is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Value>,
}

/// A case of a [`Choice`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The role, group path or organization slug.
    pub when: String,
    /// The value.
    pub value: Value,
}

/// A token or response that can contain custom claims.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimOutput {
    /// The access token (RFC 9068).
    AccessToken,
    /// The ID token (OIDC Core §2).
    IdToken,
    /// The `UserInfo` response (OIDC Core §5.3.2).
    Userinfo,
    /// The introspection response (RFC 7662 §2.2).
    Introspection,
}

impl ClaimOutput {
    /// Every output.
    pub const ALL: [Self; 4] = [
        Self::AccessToken,
        Self::IdToken,
        Self::Userinfo,
        Self::Introspection,
    ];

    /// Returns the word in storage, on the command line and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::IdToken => "id_token",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|output| output.as_str() == text)
    }
}
