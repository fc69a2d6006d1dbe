//! Indexes for lists of all users: active sessions, those with a grant to one client, API keys by
//! expiry and by last use, consents to one client, and clients by the last use of their secret.
//!
//! Each is partial or small, and none contains a column that changes on each use of a session.

use sea_orm_migration::prelude::*;

use super::columns::partial_index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables and columns of the indexes of rows that were neither ended nor revoked.
const PARTIAL: [(&str, &str, &str); 4] = [
    ("api_keys", "expires_at, id", "revoked_at IS NULL"),
    ("consents", "client_id, id", "revoked_at IS NULL"),
    ("sessions", "id", "ended_at IS NULL"),
    ("grants", "client_id, session_id", "revoked_at IS NULL"),
];

/// An index of an expression serves only the queries with this expression.
const USES: [&str; 2] = [
    "CREATE INDEX ix_clients__used__id ON clients \
     (COALESCE(secret_used_at, secret_made_at, created_at), id) WHERE secret_hash IS NOT NULL",
    "CREATE INDEX ix_api_keys__used__id ON api_keys (COALESCE(last_used_at, created_at), id) \
     WHERE revoked_at IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in USES {
            let connection = manager.get_connection();
            connection.execute_unprepared(statement).await?;
        }
        // The longest builds last.
        for (table, columns, condition) in PARTIAL {
            partial_index(manager, table, columns, condition).await?;
        }
        Ok(())
    }
}
