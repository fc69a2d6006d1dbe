//! The managers of groups. Resource servers that request `managed_groups` let a manager access what
//! belongs to the department. This is as powerful as a role, so only an administrator that has this
//! power may assign or remove managers.

use doorward_rules::delegation::{DelegationDenial, DelegationRule};

use crate::prelude::*;

/// Checks that the administrator may set or remove the manager of the group at this path: as the
/// manager of it or of a group above, as an owner of its organization, or by the role `admin`.
pub(crate) async fn check_manager_change(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    org: Option<&str>,
    path: &str,
) -> Result<()> {
    match &context.authority {
        Some(authority) if authority.is_scope_administrator() => Ok(()),
        Some(_) if !context.manages(tx, org, path).await? => {
            Err(DelegationDenial::missing(DelegationRule::MoreThanHeld, ADMIN_ROLE).into())
        }
        _ => Ok(()),
    }
}

/// Checks that these groups may move from one path to the other with their managers, who then
/// manage another department. Administrators cannot obtain a department for themselves in this way.
pub(crate) async fn check_relocation(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    groups: &[Group],
    from: &str,
    to: &str,
) -> Result<()> {
    let (Some(authority), Some(managed)) = (
        &context.authority,
        groups.iter().find(|group| group.manager.is_some()),
    ) else {
        return Ok(());
    };
    let (org, above) = (managed.org.as_deref(), parent_path(to));
    let own = authority.user();
    let is_own = own.is_some() && groups.iter().any(|group| group.manager == own);
    if is_own && !context.manages(tx, org, above).await? {
        return Err(DelegationDenial::by(DelegationRule::NotToOneself).into());
    }
    check_manager_change(context, tx, org, from).await?;
    check_manager_change(context, tx, org, above).await
}

/// Returns the path of the parent group, or an empty path at the root.
pub(crate) fn parent_path(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}
