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
