//! Signature algorithms: of clients, of resources, and the keys of algorithms other than RS256.

use sea_orm_migration::prelude::*;

use super::columns::{bytes, text, text_key, text_null, time, time_null};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for (name, column) in [
            (
                "clients",
                text("id_token_signed_response_alg").default("RS256").take(),
            ),
            ("clients", text_null("userinfo_signed_response_alg")),
            ("clients", text_null("introspection_signed_response_alg")),
            (
                "resources",
                text("token_signing_alg").default("RS256").take(),
            ),
        ] {
            let change = Table::alter().table(name).add_column(column).take();
            manager.alter_table(change).await?;
        }
        // Another table, because the previous release takes every row of `signing_keys` for a key
        // of RS256.
        let keys = table("other_signing_keys")
            .col(text_key("kid"))
            .col(text("algorithm"))
            .col(text("public_jwk"))
            .col(bytes("private_sealed"))
            .col(time("created_at"))
            .col(time("active_at"))
            .col(time_null("retired_at"));
        create(manager, [keys]).await
    }
}
