//! Campaigns, which require a second factor of users from a date, and exceptions from them.

use sea_orm_migration::prelude::*;

use super::columns::{text, text_null, time, time_null, uuid_key, uuid_null};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [factor_campaigns(), factor_exceptions()]).await
    }
}

// No foreign keys: a campaign for a deleted group or organization covers no user, and stays visible.
fn factor_campaigns() -> NewTable {
    table("factor_campaigns")
        .col(uuid_key("id"))
        .col(text_null("org"))
        .col(uuid_null("group_id"))
        .col(time("starts_at"))
        .col(text("reminders"))
        .col(time_null("reminder_due_at"))
        .col(uuid_null("reminded_id"))
        .col(time("created_at"))
        .col(time_null("ended_at"))
        .index("ended_at")
}

fn factor_exceptions() -> NewTable {
    table("factor_exceptions")
        .col(uuid_key("user_id"))
        .col(time("excepted_until"))
        .col(text("reason"))
        .col(time("created_at"))
        .belongs_to("user_id", "users", "id")
}
