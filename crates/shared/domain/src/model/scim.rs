//! Sources that provision users and groups by SCIM (RFC 7644), their names for these, and the applications that get users.

use serde::{Deserialize, Serialize};

use super::id::ScimSourceId;
use super::{ClientId, GroupId, UserId};
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// A source that provisions users and groups. It belongs to one organization or to the deployment, and reaches nothing
/// else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimSource {
    pub id: ScimSourceId,
    pub name: String,
    /// The organization; `None` for the deployment.
    pub org: Option<String>,
    pub token_hash: TokenHash,
    /// True if the e-mail addresses from the source count as verified.
    pub verifies_email: bool,
    /// The id of its creator; none for the command line.
    pub created_by: Option<String>,
    pub created_at: UnixSeconds,
    /// The time of the last request, precise to the minute.
    pub used_at: Option<UnixSeconds>,
    pub expires_at: Option<UnixSeconds>,
}

impl ScimSource {
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        !self.expires_at.is_some_and(|end| is_expired(end, now))
    }
}

doorward_protocol::words! {
    /// The last act of a source on a user.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum ScimState {
        #[default]
        Present = "present",
        /// Disabled by the source, which may enable the user again.
        Disabled = "disabled",
        /// Deleted by the source: disabled, and no longer a resource of it.
        Left = "left",
    }
}

/// A source's names for a user. They are labels, and never an identity: no other source sees them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimUser {
    pub source_id: ScimSourceId,
    pub user_id: UserId,
    pub user_name: Option<String>,
    pub external_id: Option<String>,
    /// True if the source has created the account.
    pub is_own: bool,
    pub state: ScimState,
    pub created_at: UnixSeconds,
}

/// A source's names for a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScimGroup {
    pub source_id: ScimSourceId,
    pub group_id: GroupId,
    pub display_name: Option<String>,
    pub external_id: Option<String>,
    /// True if the source has created the group.
    pub is_own: bool,
    pub created_at: UnixSeconds,
}

/// An application that gets users and groups by SCIM, with the state of its provisioning.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub struct ScimTarget {
    pub client_id: ClientId,
    /// Base URL of its SCIM server.
    pub url: String,
    /// True if a command has written the URL, which may lead into an internal network (decision 96).
    pub is_operator_url: bool,
    /// The bearer token, sealed under [`KeyPurpose::Scim`](crate::secret::KeyPurpose::Scim).
    pub token_sealed: Vec<u8>,
    /// The users that it gets: `all`, `role:NAME` or `organization:SLUG`.
    pub users: String,
    pub has_groups: bool,
    /// True if only commands run it.
    pub is_paused: bool,
    /// The position in the audit chain up to which it has all changes.
    pub position: i64,
    /// True if the next run reads all its users.
    pub is_full_due: bool,
    /// The time of the last run that has read all its users.
    pub full_at: Option<UnixSeconds>,
    /// The time of the last run.
    pub ran_at: Option<UnixSeconds>,
    /// The numbers of the last run, as JSON.
    pub report: String,
    /// The number of failed runs since the last successful one.
    pub failures: u32,
    pub retry_at: Option<UnixSeconds>,
    pub last_error: Option<String>,
    /// The id of its creator; none for the command line.
    pub created_by: Option<String>,
    pub created_at: UnixSeconds,
}
