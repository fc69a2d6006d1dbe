//! Campaigns, which require a second factor of users from a date, and exceptions from them.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{text, text_null, time, time_null, uuid_key, uuid_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [factor_campaigns(), factor_exceptions()]).await
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
