//! Signing keys, settings, background jobs and leases.

use sea_orm_migration::prelude::*;

use super::columns::{
    bytes, bytes_key, bytes_null, text, text_key, text_null, time, time_null, uuid_key,
};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            [
                signing_keys(),
                settings(),
                jobs(),
                dev_mail(),
                idempotency_keys(),
                leases(),
            ],
        )
        .await
    }
}

fn signing_keys() -> NewTable {
    table("signing_keys")
        .col(text_key("kid"))
        .col(text("algorithm"))
        .col(text("public_jwk"))
        .col(bytes("private_sealed"))
        .col(time("created_at"))
        .col(time("active_at"))
        .col(time_null("retired_at"))
}

fn settings() -> NewTable {
    table("settings").col(text_key("key")).col(text("value"))
}

fn jobs() -> NewTable {
    table("jobs")
        .col(uuid_key("id"))
        .col(text("kind"))
        .col(bytes("payload_sealed"))
        .col(time("run_at"))
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(time_null("lease_until"))
        .col(time_null("done_at"))
        .col(time_null("failed_at"))
        .col(text_null("last_error"))
        .col(time("created_at"))
        .index(&["run_at"])
}

// Written only by development instances and tests; otherwise empty.
fn dev_mail() -> NewTable {
    table("dev_mail")
        .col(uuid_key("id"))
        .col(text("recipient"))
        .col(text("subject"))
        .col(text("text"))
        .col(text("html"))
        .col(time("sent_at"))
}

/// Returns the creation requests with an `Idempotency-Key`.
fn idempotency_keys() -> NewTable {
    table("idempotency_keys")
        .col(bytes_key("key_hash"))
        .col(bytes("fingerprint"))
        .col(bytes_null("answer_sealed"))
        .col(time("created_at"))
        .index(&["created_at"])
}

/// Returns the leases for work that only one process does at a time.
fn leases() -> NewTable {
    table("leases")
        .col(text_key("name"))
        .col(time("expires_at"))
}
