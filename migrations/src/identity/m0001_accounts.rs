//! Users with their pictures, mail links, support codes and custom profile fields.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{BYTES, NewTable, create, table};
use crate::columns::{
    bytes, bytes_key, flag, text, text_key, text_null, time, time_null, uuid, uuid_key, uuid_null,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            users(),
            avatars(),
            email_tokens(),
            support_codes(),
            profile_fields(),
            profile_values(),
        ],
    )
    .await
}

// There is no index of the last sign-in: on PostgreSQL it would make each sign-in write to every index
// of the user.
fn users() -> NewTable {
    let foreign = format!("(password_hash{BYTES}) WHERE substr(password_hash, 1, 9) = '$foreign1'");
    table("users")
        .col(uuid_key("id"))
        // Unique indexes admit any number of users without a user name.
        .col(text_null("username"))
        .col(text_null("username_key"))
        .col(text_null("username_skeleton"))
        .col(text("email"))
        .col(text("email_key"))
        .col(flag("email_verified"))
        .col(time_null("unproved_since"))
        .col(text_null("password_hash"))
        .col(time_null("password_changed_at"))
        .col(flag("password_change_required").default(false))
        .col(text("profile"))
        .col(text_null("display_key"))
        .col(text_null("family_key"))
        .col(flag("is_staff"))
        .col(time_null("last_login_at"))
        // The IDs of events are ordered, so that one column is enough for any number of events.
        .col(uuid_null("reviewed_event_id"))
        .col(time_null("disabled_at"))
        .col(time_null("deletion_due_at"))
        .col(time_null("deleted_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .unique("username_key")
        .unique("email_key")
        .unique("username_skeleton")
        .index("deletion_due_at")
        .index("unproved_since")
        // Hashes of one form are neighbours.
        .index_named(true, "users_foreign_hash", &foreign)
        .search_unique("username_key")
        .search_unique("email_key")
        .search("display_key")
        .index_by("id__disabled", "(id) WHERE disabled_at IS NOT NULL")
        .index_by("id__deletion", "(id) WHERE deletion_due_at IS NOT NULL")
        .index_by("id__unverified", "(id) WHERE NOT email_verified")
        .search("family_key")
}

// A separate table, so that the rows of users stay small.
fn avatars() -> NewTable {
    table("avatars")
        .col(text_key("id"))
        .col(uuid("user_id"))
        .col(bytes("png"))
        .col(time("created_at"))
        .belongs_to("user_id", "users", "id")
        .unique("user_id")
}

fn email_tokens() -> NewTable {
    table("email_tokens")
        .col(bytes_key("hash"))
        .col(uuid("user_id"))
        .col(text("purpose"))
        .col(text("email"))
        .col(time("created_at"))
        .col(time("expires_at"))
        .col(time_null("used_at"))
        .belongs_to("user_id", "users", "id")
        .index("user_id")
        .index("expires_at")
}

fn support_codes() -> NewTable {
    table("support_codes")
        .col(uuid_key("user_id"))
        .col(bytes("code_hash"))
        .col(time("expires_at"))
        .belongs_to("user_id", "users", "id")
        .unique("code_hash")
        .index("expires_at")
}

fn profile_fields() -> NewTable {
    table("profile_fields")
        .col(text_key("name"))
        .col(text("label"))
        .col(text("kind"))
        .col(text("editable_by"))
        .col(text("visible_to"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .col(time_null("deleted_at"))
}

fn profile_values() -> NewTable {
    table("profile_values")
        .col(uuid("user_id"))
        .col(text("field"))
        .col(text("value"))
        .col(uuid_null("refers_to"))
        .key(&["user_id", "field"])
        .belongs_to("user_id", "users", "id")
        .belongs_to("field", "profile_fields", "name")
        .belongs_to("refers_to", "users", "id")
        .index("field")
        .index("refers_to")
}
