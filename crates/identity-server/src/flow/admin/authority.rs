//! What an administrator who comes by the API may do, and where.

use doorward_domain::model::{ClientId, EffectiveRoles, Role, SubjectKind, UserId};
use doorward_domain::rules::grants::{self, Denial, Rule};
use doorward_store::db::Conn;
use doorward_store::{StoreError, repo};

use super::standard::ADMIN_ROLE;
use super::{AdminError, Operator};

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

    fn has(&self, permission: &str) -> bool {
        let own = self.held.permissions.get(&self.issuer);
        own.is_some_and(|own| own.contains(permission))
            || (self.is_owner && OWNER_PERMISSIONS.contains(&permission))
    }
}

impl Operator<'_> {
    /// Demands a permission, in whichever organization the administrator acts.
    pub(crate) fn need(&self, permission: &str) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) if !authority.has(permission) => {
                Err(Denial::missing(Rule::NeedsPermission, permission).into())
            }
            _ => Ok(()),
        }
    }

    /// Demands a permission over the whole installation.
    pub(crate) fn need_everywhere(&self, permission: &str) -> Result<(), AdminError> {
        self.need(permission)?;
        match &self.authority {
            Some(authority) if authority.org.is_some() => {
                Err(Denial::missing(Rule::NeedsEveryOrganization, permission).into())
            }
            _ => Ok(()),
        }
    }

    /// The organization to which the administrator is confined.
    pub(crate) fn confined_to(&self) -> Option<&str> {
        self.authority.as_ref()?.org.as_deref()
    }

    /// Whether something of this organization (or of none) is in reach; what is not does not exist
    /// for the administrator.
    pub(crate) fn reaches(&self, org: Option<&str>) -> bool {
        self.confined_to().is_none_or(|own| org == Some(own))
    }

    /// Demands that these permissions may be given by this administrator.
    pub(crate) fn may_give<'b>(
        &self,
        permissions: impl IntoIterator<Item = &'b str>,
    ) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) => Ok(grants::may_give(&authority.held, permissions)?),
            None => Ok(()),
        }
    }

    /// Demands that this role may be given by this administrator.
    pub(crate) fn may_give_role(&self, role: &Role) -> Result<(), AdminError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let administers = authority.administers();
        Ok(grants::may_give_role(&authority.held, role, administers)?)
    }

    /// Demands the role that administers, over the whole installation.
    pub(crate) fn must_administer(&self) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) if !authority.administers() => {
                Err(Denial::missing(Rule::MoreThanHeld, ADMIN_ROLE).into())
            }
            _ => Ok(()),
        }
    }

    /// Demands that the power of an owner of this organization may be given, and taken: by its
    /// owners, and by who holds as much over the whole installation.
    pub(crate) fn may_give_ownership(&self) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) if authority.is_owner => Ok(()),
            Some(authority) if authority.org.is_some() => Err(Denial::by(Rule::OwnersOnly).into()),
            _ => self.may_give(OWNER_PERMISSIONS.iter().copied()),
        }
    }

    /// Demands that who holds this may be changed by this administrator.
    pub(crate) fn may_change(&self, other: &EffectiveRoles) -> Result<(), AdminError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let administers = authority.administers();
        Ok(grants::may_change_holder(
            &authority.held,
            other,
            administers,
        )?)
    }

    /// Why somebody cannot be anything in this organization, whom the organization does not know. Who
    /// sits at the command line may see everybody and is told; nobody else learns that they exist.
    pub(crate) async fn no_member(
        &self,
        conn: &impl Conn,
        user: UserId,
        org: &str,
    ) -> Result<AdminError, StoreError> {
        let found = match &self.authority {
            None => repo::users::find_by_id(conn, user).await?,
            Some(_) => None,
        };
        let Some(found) = found else {
            return Ok(AdminError::not_found("user", &user));
        };
        let name = found.username;
        let problem = format!(
            "{name} does not belong to {org}; first: doorward org add-member {org} --user {name}"
        );
        Ok(AdminError::invalid("user", problem))
    }

    /// Demands that somebody else is meant.
    pub(crate) fn not_oneself(&self, user: UserId) -> Result<(), AdminError> {
        match self.authority.as_ref().and_then(Authority::user) {
            Some(own) if own == user => Err(Denial::by(Rule::NotToOneself).into()),
            _ => Ok(()),
        }
    }

    /// Demands that this user is no more powerful than the administrator, wherever they act: by their
    /// roles, each by what it allows and by its name, and as the owner of an organization. What is
    /// switched off counts as well: whoever has the account when somebody switches it on has all of it.
    pub(crate) async fn may_change_user(
        &self,
        conn: &impl Conn,
        user: UserId,
    ) -> Result<(), AdminError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let now = self.now();
        let held = repo::roles::prepared_for_user(conn, user, now).await?;
        let organizations = repo::organizations::of_user(conn, user).await?;
        if organizations.iter().any(|(_, is_owner)| *is_owner) {
            grants::may_change(&authority.held, OWNER_PERMISSIONS.iter().copied())?;
        }
        self.may_change(&held)
    }

    /// Demands that this client is no more powerful than the administrator.
    pub(crate) async fn may_change_client(
        &self,
        conn: &impl Conn,
        client: &ClientId,
    ) -> Result<(), AdminError> {
        if self.authority.is_none() {
            return Ok(());
        }
        let now = self.now();
        let held = repo::roles::prepared_for_client(conn, client, now).await?;
        self.may_change(&held)
    }

    /// Whether a person is in reach: everybody, or the members of one's organization.
    pub(crate) async fn reaches_user(
        &self,
        conn: &impl Conn,
        user: UserId,
    ) -> Result<bool, StoreError> {
        match self.confined_to() {
            None => Ok(true),
            Some(org) => Ok(repo::organizations::member(conn, org, user)
                .await?
                .is_some()),
        }
    }
}
