//! The last success of each step of the cleanup, and the subjects of reference tokens, whose number is
//! limited.

use sea_orm_migration::prelude::*;

use super::columns::{index, text_key, text_null, time, time_null};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [cleanup_steps()]).await?;
        let change = Table::alter()
            .table("reference_tokens")
            .add_column(text_null("subject"))
            .take();
        manager.alter_table(change).await?;
        let of_subject = ["client_id", "subject", "expires_at"];
        index(manager, "reference_tokens", &of_subject).await
    }
}

fn cleanup_steps() -> NewTable {
    table("cleanup_steps")
        .col(text_key("step"))
        .col(time("first_at"))
        .col(time("last_at"))
        .col(time_null("succeeded_at"))
}
