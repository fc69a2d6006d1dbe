//! Generated settings of the tasks API (its pagination key), used DPoP proofs shared by all processes
//! (RFC 9449 §11.1), and the sessions of the web client. Of cookies and proofs only hashes are stored;
//! the tokens of a session are encrypted under a key that only the browser's cookie yields.

use sea_orm::sea_query::{Table, TableCreateStatement};
use sea_orm::{DatabaseTransaction, DbErr};

use super::table::create;
use crate::columns::{binary, number, string_len};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, "tasks_settings", &mut settings(), &[]).await?;
    let expires = "tasks_used_proofs_expires (expires_at)";
    create(tx, "tasks_used_proofs", &mut used_proofs(), &[expires]).await?;
    let expiry = "web_sessions_expiry (expires_at)";
    create(tx, "web_sessions", &mut web_sessions(), &[expiry]).await
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
        .col(number("expires_at"))
        .take()
}

fn web_sessions() -> TableCreateStatement {
    Table::create()
        .col(binary("token_hash").primary_key())
        .col(binary("sealed"))
        .col(number("version"))
        .col(number("access_expires_at"))
        .col(number("created_at"))
        .col(number("expires_at"))
        .take()
}
