//! The rights of the administrator, as checks of an operation.

use doorward_domain::model::group::with_ancestors;
use doorward_domain::model::{EffectiveRoles, Role};
use doorward_rules::authorize::Registry;
use doorward_rules::client_power;
use doorward_rules::delegation::{self, DelegationDenial, DelegationRule};
use doorward_rules::displayed_name::{self, ProtectedNames};
use doorward_services::detail_types;

use crate::authority::{Authority, OWNER_PERMISSIONS};
use crate::prelude::*;

impl AdminContext<'_> {
    /// Checks the rights of the administrator; the command line may do everything.
    fn check(&self, rule: impl FnOnce(&Authority) -> Result<(), DelegationDenial>) -> Result<()> {
        Ok(self.authority.as_ref().map_or(Ok(()), rule)?)
    }

    /// Rejects the administrator if `applies`.
    pub fn reject_if(
        &self,
        applies: impl FnOnce(&Authority) -> bool,
        denial: impl FnOnce() -> DelegationDenial,
    ) -> Result<()> {
        self.check(|own| if applies(own) { Err(denial()) } else { Ok(()) })
    }

    /// Requires a permission, in the organization to which the administrator is confined if any.
    pub fn need(&self, permission: &str) -> Result<()> {
        let denial = || DelegationDenial::missing(DelegationRule::NeedsPermission, permission);
        self.reject_if(|own| !own.has(permission), denial)
    }

    pub fn require_global(&self, permission: &str) -> Result<()> {
        self.need(permission)?;
        let rule = DelegationRule::NeedsEveryOrganization;
        let denial = || DelegationDenial::missing(rule, permission);
        self.reject_if(|own| own.org.is_some(), denial)
    }

    pub fn confined_to(&self) -> Option<&str> {
        self.authority.as_ref()?.org.as_deref()
    }

    /// Returns true if an object of this organization (or of none) is in reach. For the
    /// administrator, objects out of reach do not exist.
    pub fn reaches(&self, org: Option<&str>) -> bool {
        self.confined_to().is_none_or(|own| org == Some(own))
    }

    pub fn readable(&self, user: Option<User>) -> Option<User> {
        user.filter(|_| self.need("users:read").is_ok())
    }

    pub fn check_delegation<'b>(
        &self,
        permissions: impl IntoIterator<Item = &'b str>,
    ) -> Result<()> {
        self.check(|own| delegation::check_delegation(&own.held, permissions))
    }

    pub fn check_role_delegation(&self, role: &Role) -> Result<()> {
        self.check(|own| delegation::check_role_delegation(&own.held, role, own.administers()))
    }

    /// Returns what is still held at the end of a delegation; `None` if it may last longer: for the role
    /// `admin` and for the command line.
    async fn held_at_end(
        &self,
        conn: &Conn,
        end: Option<UnixSeconds>,
    ) -> Result<Option<EffectiveRoles>> {
        let limited = self.authority.as_ref().filter(|own| !own.administers());
        Ok(match limited {
            Some(own) => Some(own.held_at(conn, delegation::last_moment(end)).await?),
            None => None,
        })
    }

    pub(crate) async fn check_role_delegation_until(
        &self,
        conn: &Conn,
        role: &Role,
        end: Option<UnixSeconds>,
    ) -> Result<()> {
        self.check_role_delegation(role)?;
        if let Some(held) = self.held_at_end(conn, end).await? {
            delegation::check_role_delegation(&held, role, false)
                .map_err(DelegationDenial::at_end)?;
        }
        Ok(())
    }

    /// Checks that this administrator may give these permissions without an end.
    pub(crate) async fn check_lasting_delegation<'b>(
        &self,
        conn: &Conn,
        permissions: impl IntoIterator<Item = &'b str> + Clone,
    ) -> Result<()> {
        self.check_delegation_until(conn, permissions, None).await
    }

    pub(crate) async fn check_delegation_until<'b>(
        &self,
        conn: &Conn,
        permissions: impl IntoIterator<Item = &'b str> + Clone,
        end: Option<UnixSeconds>,
    ) -> Result<()> {
        self.check_delegation(permissions.clone())?;
        if let Some(held) = self.held_at_end(conn, end).await? {
            delegation::check_delegation(&held, permissions).map_err(DelegationDenial::at_end)?;
        }
        Ok(())
    }

    /// Checks that this administrator may control what this client gets for itself, without an end:
    /// its secret and its keys remain known.
    pub(crate) async fn check_client_power(
        &self,
        conn: &Conn,
        client: &Client,
        lasting: bool,
    ) -> Result<()> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let roles = repo::roles::prepared_for_client(conn, &client.id, self.now()).await?;
        self.may_change(&roles)?;
        if authority.administers() {
            return Ok(());
        }
        let scopes = repo::scopes::list_all(conn).await?;
        let details = detail_types::known(self.settings.detail_types);
        let registry = Registry {
            scopes: &scopes,
            resources: &[],
            details: &details,
            former: &[],
        };
        client_power::check(client, &registry, &authority.held)?;
        let later = self.held_at_end(conn, None).await?;
        let Some(later) = later.filter(|_| lasting) else {
            return Ok(());
        };
        delegation::check_holder(&later, &roles, false).map_err(DelegationDenial::at_end)?;
        Ok(client_power::check(client, &registry, &later).map_err(DelegationDenial::at_end)?)
    }

    /// Returns this context with the rights that the administrator holds now: a new permission is one of the role
    /// `admin` at once.
    #[boxed(?Send)]
    pub async fn with_present_rights(&self) -> Result<Self> {
        let mut context = self.clone();
        if let Some(authority) = &mut context.authority {
            authority.held = authority.held_at(self.db.read(), self.now()).await?;
        }
        Ok(context)
    }

    pub fn must_administer(&self) -> Result<()> {
        let denial = || DelegationDenial::missing(DelegationRule::MoreThanHeld, ADMIN_ROLE);
        self.reject_if(|own| !own.administers(), denial)
    }

    /// Checks a name that others see. Only the role `admin` may give the name of this service or its
    /// staff, and mix scripts.
    pub fn check_displayed(&self, field: &'static str, typed: &str, max: usize) -> Result<String> {
        let checked = if self.must_administer().is_ok() {
            displayed_name::check_administered(typed, max)
        } else {
            let names = ProtectedNames {
                site: self.settings.site,
            };
            displayed_name::check(typed, max).and_then(|name| {
                names.check_name(&name)?;
                Ok(name)
            })
        };
        checked.map_err(|error| AdminError::invalid(field, error.to_string()))
    }

    /// Checks that the administrator may give and remove ownership of this organization: its owners
    /// may, and administrators with the same permissions for the whole deployment.
    pub fn check_ownership(&self) -> Result<()> {
        match &self.authority {
            Some(authority) if authority.is_owner => Ok(()),
            Some(authority) if authority.org.is_some() => {
                Err(DelegationDenial::by(DelegationRule::OwnersOnly).into())
            }
            _ => self.check_delegation(OWNER_PERMISSIONS.iter().copied()),
        }
    }

    /// Checks that the administrator may give ownership of this organization, which has no end.
    pub(crate) async fn check_new_ownership(&self, conn: &Conn) -> Result<()> {
        self.check_ownership()?;
        match &self.authority {
            Some(authority) if !authority.is_owner => {
                let owned = OWNER_PERMISSIONS.iter().copied();
                self.check_lasting_delegation(conn, owned).await
            }
            _ => Ok(()),
        }
    }

    pub fn may_change(&self, other: &EffectiveRoles) -> Result<()> {
        self.check(|own| delegation::check_holder(&own.held, other, own.administers()))
    }

    /// Returns the error for a user that is not a member of this organization. Only the command
    /// line, which may see all users, learns that the user exists.
    pub(crate) async fn no_member(
        &self,
        conn: &Conn,
        user: UserId,
        org: &str,
    ) -> Result<AdminError> {
        let found = match &self.authority {
            None => repo::users::find_by_id(conn, user).await?,
            Some(_) => None,
        };
        let Some(found) = found else {
            return Ok(AdminError::not_found("user", &user));
        };
        let name = found.login_identifier();
        let problem = format!(
            "{name} does not belong to {org}; first: doorward org add-member {org} --user {name}"
        );
        Ok(AdminError::invalid("user", problem))
    }

    /// `None` for a client and for the command line.
    pub fn own_user(&self) -> Option<UserId> {
        self.authority.as_ref().and_then(Authority::user)
    }

    pub fn not_oneself(&self, user: UserId) -> Result<()> {
        let denial = || DelegationDenial::by(DelegationRule::NotToOneself);
        self.reject_if(|own| own.user() == Some(user), denial)
    }

    /// Checks that this user is not more powerful than the administrator, in any organization: by
    /// their roles (permissions and names), as the owner of an organization, and as the manager of
    /// a group. Inactive roles count too, because they may become active later.
    #[boxed(?Send)]
    pub async fn check_power_over_user(&self, conn: &Conn, user: UserId) -> Result<()> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let now = self.now();
        let roles = repo::roles::prepared_for_user(conn, user, now).await?;
        let organizations = repo::organizations::of_user(conn, user).await?;
        if organizations.iter().any(|(_, is_owner)| *is_owner) {
            delegation::may_change(&authority.held, OWNER_PERMISSIONS.iter().copied())?;
        }
        if !authority.is_scope_administrator() {
            let rule = DelegationRule::MorePowerful;
            for group in repo::groups::managed_by(conn, user).await? {
                let org = group.org.as_deref();
                if !self.manages(conn, org, &group.path).await? {
                    return Err(DelegationDenial::missing(rule, ADMIN_ROLE).into());
                }
            }
        }
        self.may_change(&roles)
    }

    /// Checks that this administrator may take control of a user without an end: who receives the mail
    /// of an account can choose its password. Checks only what [`Self::check_power_over_user`] does
    /// not.
    pub(crate) async fn check_lasting_power_over_user(
        &self,
        conn: &Conn,
        user: UserId,
    ) -> Result<()> {
        let Some(later) = self.held_at_end(conn, None).await? else {
            return Ok(());
        };
        let roles = repo::roles::prepared_for_user(conn, user, self.now()).await?;
        delegation::check_holder(&later, &roles, false).map_err(DelegationDenial::at_end)?;
        let organizations = repo::organizations::of_user(conn, user).await?;
        if organizations.iter().any(|(_, is_owner)| *is_owner) {
            delegation::may_change(&later, OWNER_PERMISSIONS.iter().copied())
                .map_err(DelegationDenial::at_end)?;
        }
        Ok(())
    }

    /// Returns true for the manager of the group at this path or of one above it.
    pub(crate) async fn manages(&self, conn: &Conn, org: Option<&str>, path: &str) -> Result<bool> {
        let Some(own) = self.own_user() else {
            return Ok(false);
        };
        let line = repo::groups::line(conn, org, with_ancestors(path)).await?;
        Ok(line.iter().any(|group| group.manager == Some(own)))
    }

    pub(crate) async fn reaches_user(&self, conn: &Conn, user: UserId) -> Result<bool> {
        match self.confined_to() {
            None => Ok(true),
            Some(org) => Ok(repo::organizations::member(conn, org, user)
                .await?
                .is_some()),
        }
    }
}

impl From<DelegationDenial> for AdminError {
    fn from(denial: DelegationDenial) -> Self {
        Self::Denied(denial)
    }
}
