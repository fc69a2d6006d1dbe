//! Custom claims: mappings from facts about the subject of a token to a claim.

use super::ClientId;
use crate::prelude::*;
use crate::time::UnixSeconds;

/// A mapping that adds a claim to tokens and responses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimMapping {
    /// The permanent identifier: 1 to 32 of `a-z`, `0-9` and `-`.
    pub id: String,
    pub claim: String,
    /// The names of the members below the claim that lead to the value: `["roles"]` for the member
    /// `roles` of the claim `realm_access`. Empty if the value is the claim itself.
    pub path: Vec<String>,
    /// The client whose tokens it applies to; none for all clients. For a client, its mapping
    /// takes precedence over a mapping of all clients with the same claim.
    pub client_id: Option<ClientId>,
    pub source: ClaimSource,
    pub outputs: BTreeSet<ClaimOutput>,
    /// The scope that the token must have; none for every token.
    pub scope: Option<String>,
    pub created_at: UnixSeconds,
    pub updated_at: UnixSeconds,
}

impl ClaimMapping {
    pub fn full_path(&self) -> Vec<&str> {
        let members = self.path.iter().map(String::as_str);
        std::iter::once(self.claim.as_str())
            .chain(members)
            .collect()
    }

    /// Returns the full path as text: `realm_access > roles`. A name has no space.
    pub fn label(&self) -> String {
        self.full_path().join(" > ")
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClaimSource {
    /// A value that is equal in every token.
    Constant {
        value: Value,
    },
    /// The value of the first listed role that the subject has.
    Role(Choice),
    /// The value of the first listed group that the user is in, directly or through a subgroup.
    Group(Choice),
    /// The value of the organization that the subject acts in.
    Organization(Choice),
    OrganizationName,
    ProfileField {
        field: String,
    },
    Roles(RoleList),
    Groups(GroupList),
}

/// The roles in a list, and how each name is written.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleList {
    /// The start of the names of the listed roles; without it, all roles are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_with: Option<String>,
    /// True if each name is written without that start.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strip: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// The groups in a list, and how each one is written.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupList {
    /// The path below which the listed groups are; without it, all groups are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<String>,
    #[serde(default)]
    pub format: GroupFormat,
    /// True if each path is written without `below`, and without the slash at its start.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strip: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupFormat {
    /// The path, such as `/engineering/backend`.
    #[default]
    Path,
    /// The last name of the path, such as `backend`.
    Name,
}

/// Values by the name of a role, a group path or an organization slug. The first match decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub values: Vec<Case>,
    /// The value if no case matches; without it, the claim is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Value>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The role, group path or organization slug.
    pub when: String,
    pub value: Value,
}

doorward_protocol::words! {
    /// A token or response that can contain custom claims.
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ClaimOutput {
        /// The access token (RFC 9068).
        AccessToken = "access_token",
        /// The ID token (OIDC Core §2).
        IdToken = "id_token",
        /// The `UserInfo` response (OIDC Core §5.3.2).
        Userinfo = "userinfo",
        /// The introspection response (RFC 7662 §2.2).
        Introspection = "introspection",
    }
}
