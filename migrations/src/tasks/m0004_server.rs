//! Generated settings of the tasks API (its pagination key), used DPoP proofs shared by all processes
//! (RFC 9449 §11.1), and the sessions of the web client. Of cookies and proofs only hashes are stored;
//! the tokens of a session are encrypted under a key that only the browser's cookie yields.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, string_len};

use super::table::create;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, "tasks_settings", &mut settings(), &[]).await?;
        let expires = "tasks_used_proofs_expires (expires_at)";
        create(manager, "tasks_used_proofs", &mut used_proofs(), &[expires]).await?;
        let expiry = "web_sessions_expiry (expires_at)";
        create(manager, "web_sessions", &mut web_sessions(), &[expiry]).await
    }
}

fn settings() -> TableCreateStatement {
    Table::create()
        .col(string_len("key", 64).primary_key())
        .col(binary("value"))
        .take()
}

fn used_proofs() -> TableCreateStatement {
    Table::create()
        .col(binary("name").primary_key())
        .col(big_integer("expires_at"))
        .take()
}

fn web_sessions() -> TableCreateStatement {
    Table::create()
        .col(binary("token_hash").primary_key())
        .col(binary("sealed"))
        .col(big_integer("version"))
        .col(big_integer("access_expires_at"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .take()
}
