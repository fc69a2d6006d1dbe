//! Sources that provision users and groups by SCIM, and what they call them.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{bytes, flag, text, text_null, time, time_null, uuid, uuid_key};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [sources(), users(), groups()]).await
}

fn sources() -> NewTable {
    table("scim_sources")
        .col(uuid_key("id"))
        .col(text("name"))
        .col(text_null("org"))
        .col(bytes("token_hash"))
        .col(flag("verifies_email"))
        .col(text_null("created_by"))
        .col(time("created_at"))
        .col(time_null("used_at"))
        .col(time_null("expires_at"))
        .col(time_null("deleted_at"))
        .belongs_to("org", "organizations", "slug")
        .unique("name")
        .unique("token_hash")
        .index("org")
}

fn users() -> NewTable {
    table("scim_users")
        .col(uuid("source_id"))
        .col(uuid("user_id"))
        .col(text_null("user_name"))
        .col(text_null("user_key"))
        .col(text_null("external_id"))
        .col(flag("is_own"))
        .col(text("state"))
        .col(time("created_at"))
        .key(&["source_id", "user_id"])
        .belongs_to("source_id", "scim_sources", "id")
        .belongs_to("user_id", "users", "id")
        .unique("source_id, user_key")
        .index("source_id, external_id")
        .index("user_id")
}

fn groups() -> NewTable {
    table("scim_groups")
        .col(uuid("source_id"))
        .col(uuid("group_id"))
        .col(text_null("display_name"))
        .col(text_null("display_key"))
        .col(text_null("external_id"))
        .col(flag("is_own"))
        .col(time("created_at"))
        .key(&["source_id", "group_id"])
        .belongs_to("source_id", "scim_sources", "id")
        .belongs_to("group_id", "groups", "id")
        .index("source_id, external_id")
        .index("source_id, display_key")
        .index("group_id")
}
