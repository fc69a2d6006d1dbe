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
pub(super) fn marks(found: &UsedRole, is_confined: bool) -> Vec<RoleMark> {
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
mod tests {
    use rstest::rstest;

    use super::RoleMark::{EveryPermission, NoHolder, NoPermission};
    use super::*;

    #[rstest]
    #[case("reader", &["a:read"], (true, false), false, &[])]
    #[case("reader", &["a:read"], (false, false), false, &[NoHolder])]
    #[case("reader", &["a:read"], (false, false), true, &[])]
    #[case("label", &[], (true, false), false, &[NoPermission])]
    #[case("label", &[], (false, false), false, &[NoPermission, NoHolder])]
    #[case("root", &["a:read"], (true, true), false, &[EveryPermission])]
    #[case("root", &["a:read"], (false, true), true, &[EveryPermission])]
    #[case(ADMIN_ROLE, &["a:read"], (true, true), false, &[])]
    fn role_has_marks(
        #[case] name: &str,
        #[case] permissions: &[&str],
        #[case] facts: (bool, bool),
        #[case] is_confined: bool,
        #[case] expected: &[RoleMark],
    ) {
        let (has_holder, has_every_permission) = facts;
        let found = UsedRole {
            role: Role {
                name: name.to_owned(),
                description: String::new(),
                active: true,
                permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
            },
            has_holder,
            has_every_permission,
        };
        assert_eq!(marks(&found, is_confined), expected);
    }
}
