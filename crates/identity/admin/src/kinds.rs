//! Kinds of objects that files can describe: how all objects of a kind are read, and the operations that create,
//! change and delete one. A document has the members of these operations.

mod access;
mod clients;
mod kind;
mod pictures;
mod providers;
mod reading;
mod schema;
mod steps;

use doorward_protocol::added::Added;

use self::access::ROLES;
use self::pictures::OF_BRAND;
use crate::prelude::*;
use crate::{
    claims, clients as client_operations, groups, organizations, permissions, profile_fields,
    providers as provider_operations, resources, roles, scopes,
};

pub use self::access::{BRANDING, add_brands, client_brand};
pub use self::kind::{
    Complete, Document, KEEP, Kind, Object, Part, Picture, Read, SECRET, Step, Write,
};
pub use self::pictures::{LOGO, OF_CLIENT, add_logos, is_digest};
pub use self::reading::Shape;
pub use self::steps::member_changes;

macro_rules! members {
    ($($module:ident)::+) => {
        Write::Members {
            create: &$($module)::+::CREATE,
            update: &$($module)::+::UPDATE,
            delete: &$($module)::+::DELETE,
        }
    };
}

/// The kinds of the ground, each after those that its objects name.
static KINDS: [Kind; 10] = [
    Kind {
        permission: "users:read",
        audit: AuditKind::ProfileFieldChanged,
        list: Some(&profile_fields::operations::LIST),
        write: members!(profile_fields::operations),
        defaults: &["max_length"],
        ..Kind::new("profile-fields", "profile field", &["name"])
    },
    Kind {
        audit: AuditKind::ResourceChanged,
        list: Some(&resources::operations::LIST),
        write: members!(resources::operations),
        sets: &["token_claims"],
        ..Kind::new("resources", "resource", &["identifier"])
    },
    Kind {
        audit: AuditKind::ScopeChanged,
        list: Some(&scopes::operations::LIST),
        write: members!(scopes::operations),
        ..Kind::new("scopes", "scope", &["name"])
    },
    Kind {
        permission: "roles:read",
        audit: AuditKind::RoleChanged,
        list: Some(&permissions::LIST),
        write: members!(permissions),
        ..Kind::new("permissions", "permission", &["codename"])
    },
    Kind {
        permission: "roles:read",
        audit: AuditKind::RoleChanged,
        list: Some(&roles::operations::LIST),
        write: members!(roles::operations),
        sets: &["permissions"],
        read: Some(access::roles),
        complete: Some(access::complete_role),
        ..Kind::new("roles", "role", &["name"])
    },
    Kind {
        permission: "organizations:read",
        audit: AuditKind::OrganizationChanged,
        list: Some(&organizations::operations::LIST),
        write: members!(organizations::operations),
        read: Some(access::organizations),
        others: &["owner"],
        parts: &[BRANDING],
        part_schemas: &[(BRANDING.member, access::organization_brand)],
        pictures: OF_BRAND,
        ..Kind::new("organizations", "organization", &["slug"])
    },
    Kind {
        permission: "groups:read",
        audit: AuditKind::GroupChanged,
        list: Some(&groups::operations::LIST),
        write: members!(groups::operations),
        sets: &["roles"],
        read: Some(access::groups),
        names: &[("path", "name", "id")],
        others: &["parent", "manager"],
        parts: &[ROLES],
        part_schemas: &[(ROLES.member, access::role_names)],
        ..Kind::new("groups", "group", &["organization", "path"])
    },
    Kind {
        audit: AuditKind::ClientChanged,
        list: Some(&client_operations::operations::LIST),
        separate: true,
        write: members!(client_operations::operations),
        sets: &["scope", "grant_types", "consent.optional_scope", "roles"],
        read: Some(clients::read),
        complete: Some(clients::complete),
        removes_by_text: true,
        removed_by: &[("assertion_audience", "default")],
        others: &["like", "with_consents", "app", "url"],
        replaced: &["jwks", "tls_client_auth_"],
        parts: &[clients::OWN_SECRET, ROLES, LOGO, BRANDING],
        part_schemas: &[
            (ROLES.member, access::role_names),
            (BRANDING.member, access::client_brand),
        ],
        pictures: OF_CLIENT,
        ..Kind::new("clients", "client", &["id"])
    },
    Kind {
        audit: AuditKind::ClaimChanged,
        list: Some(&claims::operations::LIST),
        write: Write::Whole {
            put: &claims::operations::PUT,
            delete: &claims::operations::REMOVE,
        },
        sets: &["outputs"],
        ..Kind::new("claims", "custom claim", &["id"])
    },
    Kind {
        permission: "providers:read",
        audit: AuditKind::ProviderChanged,
        write: Write::Whole {
            put: &provider_operations::operations::PUT,
            delete: &provider_operations::operations::REMOVE,
        },
        read: Some(providers::read),
        complete: Some(providers::complete),
        ..Kind::new("providers", "identity provider", &["id"])
    },
];

/// The kinds of features.
pub static ADDED: Added<&Kind> = Added::new();

/// Returns all kinds, each after those that its objects name.
pub fn all() -> impl DoubleEndedIterator<Item = &'static Kind> {
    KINDS.iter().chain(ADDED.all().iter().copied())
}
