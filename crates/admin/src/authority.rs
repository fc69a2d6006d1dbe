//! The rights of an administrator that calls the API, and their scope.

use doorward_domain::model::{ADMIN_ROLE, EffectiveRoles, SubjectKind, UserId};

/// The permissions that every owner of an organization has in it.
pub const OWNER_PERMISSIONS: &[&str] = &[
    "organizations:read",
    "organizations:write",
    "groups:read",
    "groups:write",
    "users:read",
    "roles:read",
    "roles:assign",
];

/// The identity and rights of an administrator.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The kind of subject: a user, or a client that acts for itself.
    pub kind: SubjectKind,
    /// The id of the user or client.
    pub id: String,
    /// The client that the administrator uses.
    pub client_id: String,
    /// The organization to which the administrator is confined: nothing outside it is in reach.
    /// `None` for an administrator of the whole deployment.
    pub org: Option<String>,
    /// The roles and permissions that apply in that organization or in the deployment.
    pub held: EffectiveRoles,
    /// True if the administrator owns that organization.
    pub is_owner: bool,
    /// The issuer, which is the audience of the administrative permissions.
    pub issuer: String,
}

impl Authority {
    /// Returns the user id, or `None` for a client.
    pub fn user(&self) -> Option<UserId> {
        match self.kind {
            SubjectKind::User => UserId::parse(&self.id),
            SubjectKind::Client | SubjectKind::Group => None,
        }
    }

    /// Returns true if the administrator holds the role `admin` for the whole deployment.
    pub(super) fn administers(&self) -> bool {
        self.org.is_none() && self.held.roles.contains(ADMIN_ROLE)
    }

    /// Returns true if the administrator may administer everything in their scope: as the owner of
    /// the organization, or by the role `admin`.
    pub(super) fn is_scope_administrator(&self) -> bool {
        self.is_owner || self.held.roles.contains(ADMIN_ROLE)
    }

    pub(super) fn has(&self, permission: &str) -> bool {
        let own = self.held.permissions.get(&self.issuer);
        own.is_some_and(|own| own.contains(permission))
            || (self.is_owner && OWNER_PERMISSIONS.contains(&permission))
    }
}
