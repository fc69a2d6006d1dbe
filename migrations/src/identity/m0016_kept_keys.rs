//! Derived keys that outlive the secret key that they were derived from.

use sea_orm_migration::prelude::*;

use super::columns::{bytes, number_null, text_key, time, time_null};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = table("kept_keys")
            .col(text_key("id"))
            .col(time("kept_at"))
            .col(time_null("expires_at"))
            .col(number_null("last_link"))
            .col(bytes("sealed"))
            .index("expires_at");
        create(manager, [keys]).await
    }
}
