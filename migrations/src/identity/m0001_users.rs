//! Users, their pictures and their mail links.

use sea_orm_migration::prelude::*;

use super::columns::{
    bytes, bytes_key, flag, text, text_key, text_null, time, time_null, uuid, uuid_key,
};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [users(), avatars(), email_tokens()]).await
    }
}

fn users() -> NewTable {
    table("users")
        .col(uuid_key("id"))
        .col(text("username"))
        .col(text("username_key"))
        .col(text_null("username_skeleton"))
        .col(text("email"))
        .col(text("email_key"))
        .col(flag("email_verified"))
        .col(time_null("unproved_since"))
        .col(text_null("password_hash"))
        .col(time_null("password_changed_at"))
        .col(text("profile"))
        .col(flag("is_staff"))
        .col(time_null("disabled_at"))
        .col(time_null("deletion_due_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .unique(&["username_key"])
        .unique(&["email_key"])
        .index(&["deletion_due_at"])
        .unique(&["username_skeleton"])
        .index(&["unproved_since"])
}

// A separate table, so that the rows of users stay small.
fn avatars() -> NewTable {
    table("avatars")
        .col(text_key("id"))
        .col(uuid("user_id"))
        .col(bytes("png"))
        .col(time("created_at"))
        .belongs_to("user_id", "users", "id")
        .unique(&["user_id"])
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
        .index(&["user_id"])
        .index(&["expires_at"])
}
