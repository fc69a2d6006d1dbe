//! The rights of an administrator that calls the API, and their scope.

use doorward_domain::boxed;
use doorward_domain::model::{
    ADMIN_ROLE, ClientId, EffectiveRoles, OrgScope, SessionId, SubjectKind, UserId,
};
use doorward_domain::time::UnixSeconds;
use doorward_services::context::Core;
use doorward_store::db::Conn;
use doorward_store::{StoreError, repo};

pub const OWNER_PERMISSIONS: &[&str] = &[
    "organizations:read",
    "organizations:write",
    "groups:read",
    "groups:write",
    "users:read",
    "roles:read",
    "roles:assign",
];

/// The permission to read the audit log. Owners have it for their organization. It is none of the permissions
/// that delegation compares, because it changes nothing.
pub const READ_LOG: &str = "audit:read";

#[derive(Debug, Clone)]
pub struct Authority {
    /// The kind of subject: a user, or a client that acts for itself.
    pub kind: SubjectKind,
    pub id: String,
    /// The client that the administrator uses; `None` for the console of this server.
    pub client_id: Option<String>,
    /// The organization to which the administrator is confined: nothing outside it is in reach.
    /// `None` for an administrator of the whole deployment.
    pub org: Option<String>,
    pub held: EffectiveRoles,
    pub is_owner: bool,
    /// The issuer, which is the audience of the administrative permissions.
    pub issuer: String,
}

impl Authority {
    /// Returns the rights that a user holds now, in this organization or the whole deployment.
    pub async fn of_user(
        core: &Core,
        user: UserId,
        org: Option<&str>,
        client_id: Option<String>,
    ) -> Result<Self, StoreError> {
        let (read, scope) = (core.db.read(), OrgScope::from_org(org));
        let held = repo::roles::effective_for_user_in(read, user, scope, core.now()).await?;
        let member = match org {
            Some(slug) => repo::organizations::membership(read, slug, user).await?,
            None => None,
        };
        Ok(Self {
            kind: SubjectKind::User,
            id: user.to_string(),
            client_id,
            org: org.map(str::to_owned),
            held,
            is_owner: member.is_some_and(|member| member.is_owner),
            issuer: core.issuer().to_owned(),
        })
    }

    /// Returns the rights that a client holds now for itself.
    pub(crate) async fn of_client(
        core: &Core,
        client: &ClientId,
        org: Option<&str>,
    ) -> Result<Self, StoreError> {
        let (read, scope) = (core.db.read(), OrgScope::from_org(org));
        let held = repo::roles::effective_for_client_in(read, client, scope, core.now()).await?;
        Ok(Self {
            kind: SubjectKind::Client,
            id: client.to_string(),
            client_id: Some(client.to_string()),
            org: org.map(str::to_owned),
            held,
            is_owner: false,
            issuer: core.issuer().to_owned(),
        })
    }

    /// Returns the rights of a user in the console: those in the whole deployment, or else those in
    /// the first organization of the user that gives any. `org` is the organization that the
    /// request names; it confines the user to it. Returns `None` for a user without rights.
    async fn in_console(
        core: &Core,
        user: UserId,
        org: Option<&str>,
    ) -> Result<Option<Self>, StoreError> {
        let all = Self::all_in_console(core, user, org).await?;
        Ok(all.into_iter().next())
    }

    /// Returns the rights of a user in the whole deployment and in each organization that gives any, in
    /// this order.
    #[boxed(?Send)]
    pub async fn all_in_console(
        core: &Core,
        user: UserId,
        org: Option<&str>,
    ) -> Result<Vec<Self>, StoreError> {
        // Rights in an organization require membership, and an active organization.
        let all = repo::roles::effective_in_each_scope(core.db.read(), user, core.now()).await?;
        let all = all.into_iter().map(|(org, is_owner, held)| Self {
            kind: SubjectKind::User,
            id: user.to_string(),
            client_id: None,
            org,
            held,
            is_owner,
            issuer: core.issuer().to_owned(),
        });
        let named = all.filter(|found| org.is_none() || found.org.as_deref() == org);
        Ok(named.filter(Self::has_any).collect())
    }

    /// Returns the rights that the user of a session holds now in this organization or the whole
    /// deployment; `None` if the session was ended or has expired, or without rights. Long work
    /// checks them again with it.
    #[boxed(?Send)]
    pub async fn of_session(
        core: &Core,
        session: SessionId,
        org: Option<&str>,
    ) -> Result<Option<Self>, StoreError> {
        let found = repo::sessions::find(core.db.read(), session).await?;
        let Some(found) = found.filter(|found| found.holds_grants(core.now())) else {
            return Ok(None);
        };
        let authority = Self::in_console(core, found.user_id, org).await?;
        Ok(authority.filter(|authority| authority.org.as_deref() == org))
    }

    /// Returns what is still held at this time, in the same scope.
    pub(crate) async fn held_at(
        &self,
        conn: &Conn,
        at: UnixSeconds,
    ) -> Result<EffectiveRoles, StoreError> {
        let scope = OrgScope::from_org(self.org.as_deref());
        match self.kind {
            SubjectKind::User => match UserId::parse(&self.id) {
                Some(id) => repo::roles::effective_for_user_in(conn, id, scope, at).await,
                None => Ok(EffectiveRoles::default()),
            },
            SubjectKind::Client => match ClientId::parse(&self.id) {
                Some(id) => repo::roles::effective_for_client_in(conn, &id, scope, at).await,
                None => Ok(EffectiveRoles::default()),
            },
            SubjectKind::Group => Ok(EffectiveRoles::default()),
        }
    }

    fn has_any(&self) -> bool {
        let own = self.held.permissions.get(&self.issuer);
        self.is_owner || own.is_some_and(|own| !own.is_empty())
    }

    pub fn user(&self) -> Option<UserId> {
        match self.kind {
            SubjectKind::User => UserId::parse(&self.id),
            SubjectKind::Client | SubjectKind::Group => None,
        }
    }

    /// Returns true if the administrator holds the role `admin` for the whole deployment.
    pub fn administers(&self) -> bool {
        self.org.is_none() && self.held.roles.contains(ADMIN_ROLE)
    }

    /// Returns true if the administrator may administer everything in their scope: as the owner of
    /// the organization, or by the role `admin`.
    pub(crate) fn is_scope_administrator(&self) -> bool {
        self.is_owner || self.held.roles.contains(ADMIN_ROLE)
    }

    pub(crate) fn has(&self, permission: &str) -> bool {
        let own = self.held.permissions.get(&self.issuer);
        own.is_some_and(|own| own.contains(permission))
            || (self.is_owner
                && (OWNER_PERMISSIONS.contains(&permission) || permission == READ_LOG))
    }
}
