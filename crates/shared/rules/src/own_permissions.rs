//! The permissions of this server itself.

use doorward_domain::model::Role;

/// The permission to act as a user.
pub const IMPERSONATE: &str = "users:impersonate";

/// The permissions that the administration API requires, each with its description.
pub const ADMINISTRATION: &[(&str, &str)] = &[
    ("users:read", "See every account"),
    ("users:write", "Make, change and delete accounts"),
    (IMPERSONATE, "Act as a user in one app for minutes"),
    ("roles:read", "See roles, permissions and who holds them"),
    (
        "roles:write",
        "Make, change and delete roles and permissions",
    ),
    ("roles:assign", "Assign and remove roles"),
    ("groups:read", "See groups and who is in them"),
    (
        "groups:write",
        "Make, change and delete groups, and add users to them",
    ),
    (
        "organizations:read",
        "See organizations and who belongs to them",
    ),
    ("organizations:write", "Make, change and end organizations"),
    ("clients:read", "See registered apps"),
    ("clients:write", "Register, change and delete apps"),
    ("sessions:read", "See where users are signed in"),
    ("sessions:write", "Sign users out"),
    (
        "providers:read",
        "See the providers that users sign in with",
    ),
    (
        "providers:write",
        "Add, change and remove providers that users sign in with",
    ),
    ("keys:read", "See signing keys"),
    ("keys:write", "Rotate and retire signing keys"),
    (
        "system:read",
        "See the state, the jobs and the configuration of the server",
    ),
    ("system:write", "Retry failed jobs, and send test mails"),
    (
        "audit:read",
        "Read the audit log, and have denials explained",
    ),
];

pub fn is_own(codename: &str) -> bool {
    ADMINISTRATION.iter().any(|(own, _)| *own == codename)
}

/// Returns true for a role with such a permission, which counts in the console.
pub fn is_in_role(role: &Role) -> bool {
    role.permissions.iter().any(|codename| is_own(codename))
}
