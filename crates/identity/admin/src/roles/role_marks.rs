//! Marks of roles that an administrator should check.

use doorward_domain::model::{ADMIN_ROLE, Role};
use doorward_store::repo::name_search::UsedRole;

#[derive(Clone, PartialEq, Debug)]
pub struct MarkedRole {
    pub role: Role,
    pub marks: Vec<RoleMark>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoleMark {
    /// The role has every permission, as `admin` has.
    EveryPermission,
    /// The role has no permission: it only marks its holders, for the rules of a resource server.
    NoPermission,
    NoHolder,
}

/// Returns the marks of a role. An administrator of one organization does not learn if others have
/// holders (`is_confined`).
pub(crate) fn marks(found: &UsedRole, is_confined: bool) -> Vec<RoleMark> {
    let role = &found.role;
    let all = [
        (
            found.has_every_permission && role.name != ADMIN_ROLE,
            RoleMark::EveryPermission,
        ),
        (role.permissions.is_empty(), RoleMark::NoPermission),
        (!found.has_holder && !is_confined, RoleMark::NoHolder),
    ];
    let applying = all.into_iter().filter(|(applies, _)| *applies);
    applying.map(|(_, mark)| mark).collect()
}

#[cfg(test)]
mod tests;
