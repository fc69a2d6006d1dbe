//! Ready-made rules to copy (docs/guides/authorization.md); none of them is active unless copied.
//!
//! A rule named like a permission class of Django only forbids, so that a copy never grants access.
//! Rules that permit are named `permit_…`, except `allow_any`.

macro_rules! files {
    ($($name:literal,)+) => {
        /// The files of `policies/library/` by name.
        pub const FILES: [(&str, &str); [$($name),+].len()] = [
            $(($name, include_str!(concat!("../policies/library/", $name, ".cedar"))),)+
        ];
    };
}

files! {
    "admin_only",
    "all_of",
    "allow_any",
    "any_of",
    "authenticated",
    "authenticated_or_read_only",
    "business_hours",
    "category_editor",
    "confidentiality",
    "has_any_role",
    "has_role",
    "in_group",
    "manager_or_read_only",
    "network",
    "not",
    "owner",
    "owner_or_admin",
    "owner_or_read_only",
    "permission_per_method",
    "permit_category_editor",
    "permit_department_manager",
    "permit_group",
    "permit_owner",
    "permit_role",
    "project_member",
    "same_department",
    "second_factor",
    "staff_or_read_only",
    "subscription",
    "verified",
}
