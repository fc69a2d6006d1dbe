//! Support codes, one for each user, and the last event that a user has reviewed in the check-up.

use sea_orm_migration::prelude::*;

use super::columns::{bytes, time, uuid_key, uuid_null};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // First, because it needs the strongest lock. The IDs of events are ordered, so that one
        // column is enough for any number of events.
        let change = Table::alter()
            .table("users")
            .add_column(uuid_null("reviewed_event_id"))
            .take();
        manager.alter_table(change).await?;
        let codes = table("support_codes")
            .col(uuid_key("user_id"))
            .col(bytes("code_hash"))
            .col(time("expires_at"))
            .belongs_to("user_id", "users", "id")
            .unique(&["code_hash"])
            .index(&["expires_at"]);
        create(manager, [codes]).await
    }
}
