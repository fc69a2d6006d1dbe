//! Roles, permissions and their assignments.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::factor_campaign::CampaignCover;
use super::id::AssignmentId;
use crate::time::UnixSeconds;

/// A named set of permissions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Role {
    /// Unique name, such as `developer`.
    pub name: String,
    pub description: String,
    /// False if the role grants nothing.
    pub active: bool,
    pub permissions: BTreeSet<String>,
}

/// An action that may be allowed at an audience.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Permission {
    /// Unique codename, such as `tasks:write`.
    pub codename: String,
    pub description: String,
    pub audience: String,
}

pub const ADMIN_ROLE: &str = "admin";

doorward_protocol::words! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum SubjectKind {
        User = "user",
        /// A client acting for itself.
        Client = "client",
        /// A group: its members and those of its descendants have the role.
        Group = "group",
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Assignment {
    pub id: AssignmentId,
    pub subject_kind: SubjectKind,
    /// The user id or group id (hyphenated), or client id.
    pub subject_id: String,
    pub role: String,
    /// The organization that it applies in; none: everywhere.
    pub org: Option<String>,
    /// The user id of the assigner; none for the command line.
    pub assigned_by: Option<String>,
    pub expires_at: Option<UnixSeconds>,
    /// False if the assignment grants nothing.
    pub active: bool,
    pub created_at: UnixSeconds,
}

impl Assignment {
    /// Creates an assignment that applies everywhere and never expires.
    pub fn global(
        id: AssignmentId,
        (subject_kind, subject_id): (SubjectKind, &str),
        role: &str,
        created_at: UnixSeconds,
    ) -> Self {
        Self {
            id,
            subject_kind,
            subject_id: subject_id.to_owned(),
            role: role.to_owned(),
            org: None,
            assigned_by: None,
            expires_at: None,
            active: true,
            created_at,
        }
    }

    /// Returns true if it grants its role at `now`.
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        self.active && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The effective roles of a subject: active roles of active, unexpired assignments.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct EffectiveRoles {
    pub roles: BTreeSet<String>,
    /// Audience → permission codenames.
    pub permissions: BTreeMap<String, BTreeSet<String>>,
    /// Role → the audiences at which it has permissions. A role without an entry has no
    /// permissions: it is a plain label that every audience may read.
    pub audiences: BTreeMap<String, BTreeSet<String>>,
    /// The paths of the subject's groups and their ancestors.
    pub groups: BTreeSet<String>,
    /// The paths of the groups that the subject manages and their descendants.
    pub managed_groups: BTreeSet<String>,
    /// The open campaigns that cover the subject, among the roles in any organization.
    pub campaigns: Vec<CampaignCover>,
}

impl EffectiveRoles {
    /// Adds a role, with one permission (its codename and audience) if it has any.
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

    pub fn entitlements(&self, audiences: &[String]) -> BTreeSet<String> {
        audiences
            .iter()
            .filter_map(|audience| self.permissions.get(audience))
            .flatten()
            .cloned()
            .collect()
    }

    pub fn has_permission(&self, audience: &str, codename: &str) -> bool {
        let there = self.permissions.get(audience);
        there.is_some_and(|there| there.contains(codename))
    }

    /// Returns the roles that are visible to these audiences: those with a permission there, and
    /// those without any permission.
    pub fn roles_at(&self, audiences: &[String]) -> BTreeSet<String> {
        let fits = |role: &&String| {
            self.audiences
                .get(*role)
                .is_none_or(|at| audiences.iter().any(|audience| at.contains(audience)))
        };
        self.roles.iter().filter(fits).cloned().collect()
    }

    pub fn every_permission(&self) -> BTreeSet<&str> {
        let all = self.permissions.values().flatten();
        all.map(String::as_str).collect()
    }
}

/// The organizations whose roles and permissions apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrgScope<'a> {
    /// No organization: only global assignments.
    Global,
    /// A single organization, together with global assignments.
    Organization(&'a str),
    /// Any organization, for duties that do not depend on the current one.
    Any,
}

impl<'a> OrgScope<'a> {
    pub fn from_org(org: Option<&'a str>) -> Self {
        org.map_or(Self::Global, Self::Organization)
    }
}
