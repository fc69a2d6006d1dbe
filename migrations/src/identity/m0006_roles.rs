//! Roles, permissions and role assignments.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{flag, text, text_key, text_null, time, time_null, uuid_key};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            roles(),
            permissions(),
            role_permissions(),
            role_assignments(),
        ],
    )
    .await
}

fn roles() -> NewTable {
    table("roles")
        .col(text_key("name"))
        .col(text("description"))
        .col(flag("active"))
        .col(time_null("deleted_at"))
        .search_unique("name")
}

fn permissions() -> NewTable {
    table("permissions")
        .col(text_key("codename"))
        .col(text("description"))
        .col(text("audience"))
}

fn role_permissions() -> NewTable {
    table("role_permissions")
        .col(text("role"))
        .col(text("permission"))
        .key(&["role", "permission"])
        .belongs_to("role", "roles", "name")
        .belongs_to("permission", "permissions", "codename")
        .index("permission")
}

fn role_assignments() -> NewTable {
    table("role_assignments")
        .col(uuid_key("id"))
        .col(text("subject_kind"))
        .col(text("subject_id"))
        .col(text("role"))
        .col(text_null("org"))
        .col(text_null("assigned_by"))
        .col(time_null("expires_at"))
        .col(flag("active"))
        .col(time("created_at"))
        .belongs_to("role", "roles", "name")
        // One assignment of a role to a subject in each organization. A plain unique index would
        // allow two rows without an organization, because NULL equals nothing.
        .unique_by(
            "holder",
            "subject_kind, subject_id, role, COALESCE(org, '')",
        )
        .index("role, id")
        // Most assignments have neither an organization nor an expiry, and are in none of these.
        .index_where("org, id", "org IS NOT NULL")
        .index_where("expires_at, id", "expires_at IS NOT NULL")
        .index_where("role, expires_at, id", "expires_at IS NOT NULL")
        .index_where(
            "org, expires_at, id",
            "org IS NOT NULL AND expires_at IS NOT NULL",
        )
        .index("role, subject_kind, subject_id")
}
