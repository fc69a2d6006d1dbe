//! The users, sessions and tokens that a client reaches at present.

use doorward_domain::model::ClientId;

use super::prelude::*;

/// Maximum number of grants that are counted.
const LIMIT: u64 = 1_001;
/// Maximum number of grants that are read, also of those that have ended.
const EXAMINED: u64 = 2_000;

const NEWEST: &str = "newest";

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
pub async fn find(conn: &Conn, client: &ClientId, now: UnixSeconds) -> Result<ClientReach> {
    let Some(row) = conn.query_one(&select(client, now)).await? else {
        return Ok(ClientReach::default());
    };
    let number = |name| read_count(&row, name);
    Ok(ClientReach {
        users: number("users")?,
        sessions: number("sessions")?,
        grants: number("grants")?,
        refresh_tokens: number("refresh_tokens")?,
        is_partial: number("examined")? >= EXAMINED,
    })
}

fn select(client: &ClientId, now: UnixSeconds) -> SelectStatement {
    let grant = |name: &'static str| Expr::col(("reached", name));
    let session = |name: &'static str| Expr::col(("sessions", name));
    let active = session("id")
        .equals(("reached", "session_id"))
        .and(session("ended_at").is_null())
        .and(session("idle_expires_at").gt(now))
        .and(session("expires_at").gt(now));
    // An expression without a value is not counted.
    let refreshable = Expr::case(grant("refresh_expires_at").gt(now), Expr::value(1));
    let examined = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from_subquery(newest(client), NEWEST)
        .take();
    Query::select()
        .expr_as(examined, "examined")
        .expr_as(Expr::col(Asterisk).count(), "grants")
        .expr_as(grant("user_id").count_distinct(), "users")
        .expr_as(session("id").count_distinct(), "sessions")
        .expr_as(Func::count(refreshable), "refresh_tokens")
        .from_subquery(live(client, now), "reached")
        .left_join("sessions", active)
        .take()
}

/// Selects the newest grants of a client that have not ended. A grant whose code is not redeemed ends
/// with the code.
fn live(client: &ClientId, now: UnixSeconds) -> SelectStatement {
    let column = |name: &'static str| Expr::col((NEWEST, name));
    let lasts = column("code_hash")
        .is_null()
        .or(column("code_used_at").is_not_null())
        .or(column("code_expires_at").gt(now));
    Query::select()
        .expr(column("user_id"))
        .expr(column("session_id"))
        .expr(column("refresh_expires_at"))
        .from_subquery(newest(client), NEWEST)
        .and_where(column("expires_at").gt(now))
        .and_where(lasts)
        .limit(LIMIT)
        .take()
}

/// Selects the grants of the newest sessions of a client that are not revoked, in the order of their
/// index.
fn newest(client: &ClientId) -> SelectStatement {
    Query::select()
        .columns([
            "user_id",
            "session_id",
            "refresh_expires_at",
            "expires_at",
            "code_hash",
            "code_used_at",
            "code_expires_at",
        ])
        .from("grants")
        .and_where(Expr::col(("grants", "client_id")).eq(client.as_str()))
        .and_where(Expr::col(("grants", "revoked_at")).is_null())
        .order_by(("grants", "session_id"), Order::Desc)
        .limit(EXAMINED)
        .take()
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, DbBackend};

    use super::*;
    use crate::{Db, OpenOptions};

    #[tokio::test]
    async fn grants_are_read_by_index_of_client() {
        let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
        let db = db.unwrap();
        db.migrate().await.unwrap();
        let client = ClientId::parse("web").unwrap();
        let mut explain = DbBackend::Sqlite.build(&select(&client, 5));
        explain.sql = format!("EXPLAIN QUERY PLAN {}", explain.sql);
        let rows = db.read().query_all_raw(explain).await.unwrap();
        let plan = rows.iter().map(|row| row.try_get_by_index::<String>(3));
        let plan: Vec<_> = plan.map(Result::unwrap).collect();
        let has = |part: &str| plan.iter().any(|line| line.contains(part));
        assert!(has("SEARCH grants") && has("(client_id=?)"), "{plan:#?}");
        assert!(!has("SCAN grants") && !has("SCAN sessions"), "{plan:#?}");
    }
}
