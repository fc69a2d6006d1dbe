//! The progress of the streams of the audit log.

use sea_orm_migration::prelude::*;

use super::columns::{number, text_key, text_null, time_null};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let streams = table("audit_streams")
            .col(text_key("name"))
            .col(number("position"))
            .col(time_null("sent_at"))
            .col(number("failures"))
            .col(time_null("retry_at"))
            .col(text_null("last_error"));
        create(manager, [streams]).await
    }
}
