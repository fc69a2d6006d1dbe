//! Organizations with their members and invitations, and group trees.

use sea_orm::sea_query::ForeignKeyAction;
use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes, flag, text, text_key, text_null, time, time_null, uuid, uuid_key, uuid_null,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            organizations(),
            organization_members(),
            invitations(),
            groups(),
            group_members(),
        ],
    )
    .await
}

// The slug is the key: tokens and the rows of resource servers refer to an organization by it, so
// it never changes. A deleted row remains, so that the slug cannot be reused.
fn organizations() -> NewTable {
    table("organizations")
        .col(text_key("slug"))
        .col(text("name"))
        .col(text_null("name_key"))
        .col(text_null("domain"))
        .col(flag("active"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(time_null("deleted_at"))
        .unique("domain")
        .search_unique("slug")
        .search("name_key")
}

fn organization_members() -> NewTable {
    table("organization_members")
        .col(text("org"))
        .col(uuid("user_id"))
        .col(flag("is_owner"))
        .col(time("created_at"))
        .key(&["org", "user_id"])
        .belongs_to("org", "organizations", "slug")
        .belongs_to("user_id", "users", "id")
        .index("user_id")
}

fn invitations() -> NewTable {
    table("invitations")
        .col(uuid_key("id"))
        .col(bytes("hash"))
        .col(text("org"))
        .col(text("email"))
        .col(text("email_key"))
        .col(text_null("inviter_kind"))
        .col(text_null("inviter"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("ended_at"))
        .belongs_to("org", "organizations", "slug")
        .unique("hash")
        .index("org, email_key")
        .index("inviter, created_at")
        .index("expires_at")
        .index("email_key")
        .index_where("org, id", "ended_at IS NULL")
}

fn groups() -> NewTable {
    table("groups")
        .col(uuid_key("id"))
        .col(text("path"))
        .col(text_null("code"))
        .col(text("description"))
        .col(text_null("org"))
        .col(uuid_null("parent_id"))
        .col(uuid_null("manager_id"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(time_null("deleted_at"))
        .belongs_to("org", "organizations", "slug")
        .refers_to("parent_id", "groups", "id", ForeignKeyAction::NoAction)
        .refers_to("manager_id", "users", "id", ForeignKeyAction::SetNull)
        .index("parent_id")
        .index("manager_id")
        // A plain unique index would allow two groups without an organization to share a path.
        .unique_by("path", "COALESCE(org, ''), path")
        .unique_by("code", "COALESCE(org, ''), LOWER(code)")
        .index("org, id")
        .search("path")
}

fn group_members() -> NewTable {
    table("group_members")
        .col(uuid("group_id"))
        .col(uuid("user_id"))
        .col(time("created_at"))
        .key(&["group_id", "user_id"])
        .belongs_to("group_id", "groups", "id")
        .belongs_to("user_id", "users", "id")
        .index("user_id")
}
