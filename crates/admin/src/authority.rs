//! What an administrator who comes by the API may do, and where.

use doorward_domain::model::{ADMIN_ROLE, EffectiveRoles, SubjectKind, UserId};

/// What every owner of an organization may do in it.
pub const OWNER_PERMISSIONS: &[&str] = &[
    "organizations:read",
    "organizations:write",
    "groups:read",
    "groups:write",
    "users:read",
    "roles:read",
    "roles:assign",
];

/// Who administers, in whose name, with what.
#[derive(Debug, Clone)]
pub struct Authority {
    /// A person, or a client that acts for itself.
    pub kind: SubjectKind,
    /// Their id.
    pub id: String,
    /// The app that they use.
    pub client_id: String,
    /// The organization in whose name they act: nothing outside of it is in reach. None for who
    /// administers the whole installation.
    pub org: Option<String>,
    /// What they hold there.
    pub held: EffectiveRoles,
    /// Whether they own that organization.
    pub is_owner: bool,
    /// The issuer, at which the administrative permissions count.
    pub issuer: String,
}

impl Authority {
    /// The person, if it is one.
    pub fn user(&self) -> Option<UserId> {
        match self.kind {
            SubjectKind::User => UserId::parse(&self.id),
            SubjectKind::Client | SubjectKind::Group => None,
        }
    }

    /// Whether they hold the role that administers, over the whole installation.
    pub(super) fn administers(&self) -> bool {
        self.org.is_none() && self.held.roles.contains(ADMIN_ROLE)
    }

    /// Returns true if everything that belongs to the place where they act is theirs to administer.
    pub(super) fn administers_here(&self) -> bool {
        self.is_owner || self.held.roles.contains(ADMIN_ROLE)
    }

    pub(super) fn has(&self, permission: &str) -> bool {
        let own = self.held.permissions.get(&self.issuer);
        own.is_some_and(|own| own.contains(permission))
            || (self.is_owner && OWNER_PERMISSIONS.contains(&permission))
    }
}
