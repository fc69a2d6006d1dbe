//! Creation requests with an `Idempotency-Key`.

use sea_orm_migration::prelude::*;

use super::columns::{bytes, bytes_key, bytes_null, index, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("idempotency_keys")
            .col(bytes_key("key_hash"))
            .col(bytes("fingerprint"))
            .col(bytes_null("answer_sealed"))
            .col(time("created_at"))
            .take();
        manager.create_table(table).await?;
        index(manager, "idempotency_keys", &["created_at"]).await
    }
}
