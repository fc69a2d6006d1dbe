//! The web client's sign-ins in progress and its sessions. Only hashes of the browser's values are
//! stored; the tokens are encrypted under a key that only the browser's cookie yields.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum WebLogins {
    Table,
    StateHash,
    BrowserHash,
    Sealed,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum WebSessions {
    Table,
    TokenHash,
    Sealed,
    Version,
    AccessExpiresAt,
    CreatedAt,
    ExpiresAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(WebLogins::Table)
                    .if_not_exists()
                    .col(binary(WebLogins::StateHash).primary_key())
                    .col(binary(WebLogins::BrowserHash))
                    .col(binary(WebLogins::Sealed))
                    .col(big_integer(WebLogins::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(WebSessions::Table)
                    .if_not_exists()
                    .col(binary(WebSessions::TokenHash).primary_key())
                    .col(binary(WebSessions::Sealed))
                    .col(big_integer(WebSessions::Version))
                    .col(big_integer(WebSessions::AccessExpiresAt))
                    .col(big_integer(WebSessions::CreatedAt))
                    .col(big_integer(WebSessions::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        for (name, expiry) in [
            (
                "web_logins_expiry",
                Index::create()
                    .table(WebLogins::Table)
                    .col(WebLogins::ExpiresAt)
                    .take(),
            ),
            (
                "web_sessions_expiry",
                Index::create()
                    .table(WebSessions::Table)
                    .col(WebSessions::ExpiresAt)
                    .take(),
            ),
        ] {
            let mut index = expiry;
            manager
                .create_index(index.if_not_exists().name(name).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(WebSessions::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(WebLogins::Table).to_owned())
            .await
    }
}
