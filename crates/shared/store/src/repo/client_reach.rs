//! The users, sessions and tokens that a client reaches at present.

use doorward_domain::boxed;

use super::prelude::*;

/// Maximum number of grants that are counted.
const LIMIT: u64 = 1_001;
/// Maximum number of grants that are read, also of those that have ended.
const EXAMINED: u64 = 2_000;

/// The number of users, sessions and tokens of the grants of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClientReach {
    /// Users with a grant that has not ended.
    pub users: u64,
    /// Sessions of these users that have not ended.
    pub sessions: u64,
    /// Grants that have not ended, at most 1,001.
    pub grants: u64,
    /// Refresh tokens of these grants.
    pub refresh_tokens: u64,
    /// True if the client has grants that were not read.
    pub is_partial: bool,
}

impl ClientReach {
    /// Returns true if there may be more than what was counted.
    pub const fn is_capped(&self) -> bool {
        self.is_partial || self.grants >= LIMIT
    }
}

/// Returns the numbers of a client, in one statement. It reads the 2,000 grants of the newest sessions
/// at most, and counts 1,001 that have not ended.
#[boxed]
pub async fn find(conn: &Conn, client: &ClientId, now: UnixSeconds) -> Result<ClientReach> {
    let read = |row: &QueryResult| {
        Ok(ClientReach {
            users: read_count(row, "users")?,
            sessions: read_count(row, "sessions")?,
            grants: read_count(row, "grants")?,
            refresh_tokens: read_count(row, "refresh_tokens")?,
            is_partial: read_count(row, "examined")? >= EXAMINED,
        })
    };
    let statement = statement(conn.get_database_backend(), client, now);
    let row = conn.query_one_raw(statement).await?;
    row.map_or_else(|| Ok(ClientReach::default()), |row| read(&row))
}

/// Selects the numbers. The newest grants are in the order of their index. A grant whose code is not redeemed
/// ends with the code.
///
/// The range of one client ID keeps PostgreSQL at that index: a prepared statement is planned for a client
/// with an average number of grants, and with `=` it would read and sort all 100,000 of a large client.
fn statement(backend: DbBackend, client: &ClientId, now: UnixSeconds) -> Statement {
    let sql = format!(
        "WITH newest AS (SELECT user_id, session_id, refresh_expires_at, expires_at, \
         code_hash, code_used_at, code_expires_at FROM grants \
         WHERE client_id BETWEEN $1 AND $1 AND revoked_at IS NULL \
         ORDER BY client_id DESC, session_id DESC LIMIT {EXAMINED}), \
         reached AS (SELECT user_id, session_id, refresh_expires_at FROM newest \
         WHERE expires_at > $2 \
         AND (code_hash IS NULL OR code_used_at IS NOT NULL OR code_expires_at > $2) LIMIT {LIMIT}) \
         SELECT (SELECT count(*) FROM newest) AS examined, count(*) AS grants, \
         count(DISTINCT reached.user_id) AS users, count(DISTINCT sessions.id) AS sessions, \
         count(CASE WHEN reached.refresh_expires_at > $2 THEN 1 END) AS refresh_tokens \
         FROM reached LEFT JOIN sessions ON sessions.id = reached.session_id \
         AND sessions.ended_at IS NULL AND sessions.idle_expires_at > $2 \
         AND sessions.expires_at > $2"
    );
    Statement::from_sql_and_values(backend, sql, [client.as_str().into(), now.into()])
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn grants_are_read_by_index_of_client() {
        let db = migrated().await;
        let client = ClientId::parse("web").unwrap();
        let plan = explain(&db, statement(DbBackend::Sqlite, &client, 5)).await;
        let has = |part: &str| plan.iter().any(|line| line.contains(part));
        assert!(
            has("SEARCH grants") && has("(client_id>? AND client_id<?)"),
            "{plan:#?}"
        );
        assert!(!has("TEMP B-TREE FOR ORDER BY"), "{plan:#?}");
        assert!(!has("SCAN grants") && !has("SCAN sessions"), "{plan:#?}");
    }
}
