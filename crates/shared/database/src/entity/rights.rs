//! Organizations, groups and roles, and what they give.

use doorward_domain::model::invitation::{InvitedAccess, Inviter};
use doorward_domain::model::{
    ApiKey, AppPassword, Assignment, Group, Invitation, Member, Organization, Permission, Role,
    UserId,
};
use doorward_rules::search;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::FromQueryResult;

use super::stored::Stored as _;

table! {
    /// Organizations, including deleted ones.
    organizations(slug: String) => Organization {
        name: String,
        active: bool,
        created_at: i64,
        updated_at: i64,
        domain: Option<String>,
    }
    write |organization| {
        deleted_at: Option<i64> = NotSet,
        name_key: Option<String> = Set(Some(search::key(&organization.name))),
    }
}

table! {
    organization_members(org: String, user_id: Uuid) {
        is_owner: bool,
        created_at: i64,
        expires_at: Option<i64>,
    }
}

impl From<organization_members::Model> for Member {
    fn from(row: organization_members::Model) -> Self {
        Self {
            user_id: UserId::from_uuid(row.user_id),
            is_owner: row.is_owner,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

table! {
    /// Invitations to organizations, by the hash of their links.
    invitations(id: Uuid) => Invitation {
        hash: Bytes,
        org: String,
        email: String,
        email_key: String,
        created_at: i64,
        expires_at: i64,
        ended_at: Option<i64>,
        batch: Option<Uuid>,
        queued_at: Option<i64>,
    }
    optional inviter: Inviter {
        inviter_kind: String => kind,
        inviter: String => id,
    }
    write |invitation| {
        access: Option<Json> = Set(Some(invitation.access.write()?)),
        /// User who accepted it and does not have its roles and groups yet.
        accepted_by: Option<Uuid> = NotSet,
    }
    read |row, reader| {
        access: match &row.access {
            Some(access) => reader.column("access", access.clone())?,
            // Invitations of the former release.
            None => InvitedAccess::default(),
        },
    }
}

table! {
    /// User groups, which form trees.
    groups(id: Uuid) => Group {
        path: String,
        description: String,
        org: Option<String>,
        created_at: i64,
        updated_at: i64,
        code: Option<String>,
    }
    renamed {
        parent_id: Option<Uuid> => parent,
        manager_id: Option<Uuid> => manager,
    }
}

table! {
    group_members(group_id: Uuid, user_id: Uuid) {
        created_at: i64,
    }
}

table! {
    /// Named sets of permissions.
    roles(name: String) {
        description: String,
        active: bool,
    }
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct FullRole {
    pub name: String,
    pub description: String,
    pub active: bool,
    /// Codenames separated by spaces, which no codename contains.
    pub permissions: Option<String>,
}

impl From<FullRole> for Role {
    fn from(row: FullRole) -> Self {
        let permissions = row.permissions.unwrap_or_default();
        Self {
            name: row.name,
            description: row.description,
            active: row.active,
            permissions: permissions.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

table! {
    /// Permissions at an audience.
    permissions(codename: String) => Permission {
        description: String,
        audience: String,
    }
}

table! {
    /// Names of roles, permissions and scopes that have another one now.
    former_names(kind: String, former: String) {
        name: String,
        expires_at: i64,
    }
}

table! {
    role_permissions(role: String, permission: String) {}
}

table! {
    role_assignments(id: Uuid) => Assignment {
        subject_kind: String,
        subject_id: String,
        role: String,
        org: Option<String>,
        assigned_by: Option<String>,
        expires_at: Option<i64>,
        active: bool,
        created_at: i64,
    }
}

table! {
    /// API keys of users, by ID; stores only the keyed hash of a key.
    api_keys(id: String) => ApiKey {
        hash: Bytes,
        user_id: Uuid,
        org: Option<String>,
        name: String,
        scopes: String,
        networks: Json,
        created_at: i64,
        expires_at: i64,
        last_used_at: Option<i64>,
        last_used_from: Option<String>,
        revoked_at: Option<i64>,
    }
}

table! {
    /// App passwords of users; stores only the keyed hash of a password.
    app_passwords(id: Uuid) => AppPassword {
        user_id: Uuid,
        hash: Bytes,
        name: String,
        created_at: i64,
        last_used_at: Option<i64>,
        last_used_from: Option<String>,
    }
}

table! {
    /// Numbers of users and groups on Unix systems.
    posix_numbers(number: i64) {
        object_id: Uuid,
    }
}
