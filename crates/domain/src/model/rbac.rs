//! Roles, permissions and who holds them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::id::AssignmentId;
use crate::time::UnixSeconds;

/// A named bundle of permissions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Role {
    /// Unique name, such as `developer`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// An inactive role gives nothing.
    pub active: bool,
    /// Codenames of its permissions.
    pub permissions: BTreeSet<String>,
}

/// Something that may be done at an audience.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permission {
    /// Unique codename, such as `tasks:write`.
    pub codename: String,
    /// What it allows.
    pub description: String,
    /// The resource that understands it.
    pub audience: String,
}

/// The role that administers.
pub const ADMIN_ROLE: &str = "admin";

/// Who holds a role.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// A person.
    User,
    /// A client acting for itself.
    Client,
    /// A group: its members hold the role, and those of the groups below it.
    Group,
}

impl SubjectKind {
    /// The word kept in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Client => "client",
            Self::Group => "group",
        }
    }

    /// Reads the word kept in storage.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::User),
            "client" => Some(Self::Client),
            "group" => Some(Self::Group),
            _ => None,
        }
    }
}

/// A role given to a subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// Names it.
    pub id: AssignmentId,
    /// What kind of subject.
    pub subject_kind: SubjectKind,
    /// The user id or group id (hyphenated), or client id.
    pub subject_id: String,
    /// Which role.
    pub role: String,
    /// In which organization; none means everywhere.
    pub org: Option<String>,
    /// Who gave it (user id), none for the command line.
    pub assigned_by: Option<String>,
    /// Until when.
    pub expires_at: Option<UnixSeconds>,
    /// An inactive assignment gives nothing.
    pub active: bool,
    /// Since when.
    pub created_at: UnixSeconds,
}

impl Assignment {
    /// Whether it gives its role at `now`.
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        self.active && self.expires_at.is_none_or(|end| now < end)
    }
}

/// What a subject holds at one moment: active roles of active, unexpired assignments.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct EffectiveRoles {
    /// Role names.
    pub roles: BTreeSet<String>,
    /// Audience → permission codenames.
    pub permissions: BTreeMap<String, BTreeSet<String>>,
    /// Role → the audiences at which it allows anything. A role that is missing here allows nothing
    /// by itself: it is a mark that every audience may read.
    pub audiences: BTreeMap<String, BTreeSet<String>>,
    /// Paths of the groups that the subject belongs to, with those above them.
    pub groups: BTreeSet<String>,
    /// Paths of the groups that the subject manages, with those below them.
    pub managed_groups: BTreeSet<String>,
}

impl EffectiveRoles {
    /// Adds a role, with one permission (its codename and audience) where it has any.
    pub fn add(&mut self, role: String, permission: Option<(String, String)>) {
        if let Some((codename, audience)) = permission {
            let at = self.audiences.entry(role.clone()).or_default();
            at.insert(audience.clone());
            self.permissions
                .entry(audience)
                .or_default()
                .insert(codename);
        }
        self.roles.insert(role);
    }

    /// The permission codenames that mean something at these audiences.
    pub fn entitlements(&self, audiences: &[String]) -> BTreeSet<String> {
        audiences
            .iter()
            .filter_map(|audience| self.permissions.get(audience))
            .flatten()
            .cloned()
            .collect()
    }

    /// The roles that mean something at these audiences: those that allow something there, and
    /// those that are nothing but a mark.
    pub fn roles_at(&self, audiences: &[String]) -> BTreeSet<String> {
        let fits = |role: &&String| {
            self.audiences
                .get(*role)
                .is_none_or(|at| audiences.iter().any(|audience| at.contains(audience)))
        };
        self.roles.iter().filter(fits).cloned().collect()
    }

    /// Every permission codename, at whichever audience.
    pub fn every_permission(&self) -> BTreeSet<&str> {
        let all = self.permissions.values().flatten();
        all.map(String::as_str).collect()
    }
}

/// Where something is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrgScope<'a> {
    /// Outside of any organization: what is held everywhere.
    Global,
    /// In one organization, with what is held everywhere.
    Organization(&'a str),
    /// In any organization at all, for duties that do not depend on where one acts.
    Any,
}

impl<'a> OrgScope<'a> {
    /// The organization of a grant, or none.
    pub fn of(org: Option<&'a str>) -> Self {
        org.map_or(Self::Global, Self::Organization)
    }
}
