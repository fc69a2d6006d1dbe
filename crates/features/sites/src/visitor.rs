//! The facts about a user that the rules of a site read.

use doorward_domain::model::{Authentication, EffectiveRoles, OrgScope, Site, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_store::{Conn, StoreError, repo};

use crate::rule::{Credential, VisitorUser};

/// Reads the roles, groups and permissions of a user: those outside organizations, and those in the organization
/// of the site for its members.
pub async fn read(
    conn: &Conn,
    site: &Site,
    user: UserId,
    proof: (Credential, Option<Authentication>),
    now: UnixSeconds,
) -> Result<VisitorUser, StoreError> {
    Ok(read_with_roles(conn, site, user, proof, now).await?.0)
}

/// Reads the same, with the roles, the paths of the groups, and the permissions by their audience.
pub async fn read_with_roles(
    conn: &Conn,
    site: &Site,
    user: UserId,
    (credential, authentication): (Credential, Option<Authentication>),
    now: UnixSeconds,
) -> Result<(VisitorUser, EffectiveRoles), StoreError> {
    let org = match site.settings.organization.as_deref() {
        Some(slug) => repo::organizations::membership(conn, slug, user)
            .await?
            .map(|_| slug),
        None => None,
    };
    let scope = OrgScope::from_org(org);
    let held = repo::roles::effective_for_user_in(conn, user, scope, now).await?;
    let permissions = held.every_permission();
    let visitor = VisitorUser {
        permissions: permissions.into_iter().map(str::to_owned).collect(),
        roles: held.roles.clone(),
        groups: repo::groups::ids_of_user(conn, user, org).await?,
        credential,
        authentication,
    };
    Ok((visitor, held))
}
