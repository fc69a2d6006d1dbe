//! Ready-made rules to copy (docs/guides/authorization.md); none of them is active unless copied.
//!
//! A rule named like a permission class of Django only forbids, so that a copy never grants access.
//! Rules that permit are named `permit_…`, except `allow_any`.

use std::str::FromStr as _;

use cedar_policy::{Effect, PolicySet};

/// The files of `policies/library/` by name.
pub const FILES: [(&str, &str); 30] = [
    (
        "admin_only",
        include_str!("../policies/library/admin_only.cedar"),
    ),
    ("all_of", include_str!("../policies/library/all_of.cedar")),
    (
        "allow_any",
        include_str!("../policies/library/allow_any.cedar"),
    ),
    ("any_of", include_str!("../policies/library/any_of.cedar")),
    (
        "authenticated",
        include_str!("../policies/library/authenticated.cedar"),
    ),
    (
        "authenticated_or_read_only",
        include_str!("../policies/library/authenticated_or_read_only.cedar"),
    ),
    (
        "business_hours",
        include_str!("../policies/library/business_hours.cedar"),
    ),
    (
        "category_editor",
        include_str!("../policies/library/category_editor.cedar"),
    ),
    (
        "confidentiality",
        include_str!("../policies/library/confidentiality.cedar"),
    ),
    (
        "has_any_role",
        include_str!("../policies/library/has_any_role.cedar"),
    ),
    (
        "has_role",
        include_str!("../policies/library/has_role.cedar"),
    ),
    (
        "in_group",
        include_str!("../policies/library/in_group.cedar"),
    ),
    (
        "manager_or_read_only",
        include_str!("../policies/library/manager_or_read_only.cedar"),
    ),
    ("network", include_str!("../policies/library/network.cedar")),
    ("not", include_str!("../policies/library/not.cedar")),
    ("owner", include_str!("../policies/library/owner.cedar")),
    (
        "owner_or_admin",
        include_str!("../policies/library/owner_or_admin.cedar"),
    ),
    (
        "owner_or_read_only",
        include_str!("../policies/library/owner_or_read_only.cedar"),
    ),
    (
        "permission_per_method",
        include_str!("../policies/library/permission_per_method.cedar"),
    ),
    (
        "permit_category_editor",
        include_str!("../policies/library/permit_category_editor.cedar"),
    ),
    (
        "permit_department_manager",
        include_str!("../policies/library/permit_department_manager.cedar"),
    ),
    (
        "permit_group",
        include_str!("../policies/library/permit_group.cedar"),
    ),
    (
        "permit_owner",
        include_str!("../policies/library/permit_owner.cedar"),
    ),
    (
        "permit_role",
        include_str!("../policies/library/permit_role.cedar"),
    ),
    (
        "project_member",
        include_str!("../policies/library/project_member.cedar"),
    ),
    (
        "same_department",
        include_str!("../policies/library/same_department.cedar"),
    ),
    (
        "second_factor",
        include_str!("../policies/library/second_factor.cedar"),
    ),
    (
        "staff_or_read_only",
        include_str!("../policies/library/staff_or_read_only.cedar"),
    ),
    (
        "subscription",
        include_str!("../policies/library/subscription.cedar"),
    ),
    (
        "verified",
        include_str!("../policies/library/verified.cedar"),
    ),
];

/// Returns true if the text contains rules that forbid and none that permits.
pub fn only_forbids(text: &str) -> bool {
    PolicySet::from_str(text).is_ok_and(|set| {
        set.policies()
            .all(|policy| policy.effect() == Effect::Forbid)
    })
}
