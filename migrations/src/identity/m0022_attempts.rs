//! Sign-in attempts and rejected OAuth requests, with their reasons.

use sea_orm_migration::prelude::*;

use super::columns::{bytes_null, text, text_null, time, uuid_key, uuid_null};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [attempts()]).await
    }
}

// No foreign keys: rows are written seconds after the attempt, when the user or the client may have
// been deleted.
fn attempts() -> NewTable {
    table("attempts")
        .col(uuid_key("id"))
        .col(time("at"))
        .col(text("step"))
        .col(text("outcome"))
        .col(text("rule"))
        .col(text("reason"))
        .col(uuid_null("user_id"))
        .col(bytes_null("name_hash"))
        .col(text_null("client_id"))
        .col(text_null("request_id"))
        .col(text_null("address"))
        .col(text("detail"))
        .index(&["at"])
        .index(&["user_id", "at"])
        .index(&["name_hash", "at"])
        .index(&["client_id", "at"])
        .index(&["request_id"])
}
