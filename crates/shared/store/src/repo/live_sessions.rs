//! Lists of the active sessions of all users, the newest first. Each is a range of an index, in its
//! order.

use doorward_domain::boxed;
use doorward_domain::model::Session;

use super::prelude::*;
use super::sessions::{live, load_with_user, with_user};

/// A filter for active sessions; the default selects all.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    pub user: Option<UserId>,
    /// Client with a grant that was given in the session and is not revoked.
    pub client: Option<ClientId>,
}

/// Returns up to `limit` active sessions of the filter before this ID, with their users, in one
/// statement. The newest is the first.
#[boxed]
pub async fn page(
    conn: &Conn,
    filter: &SessionFilter,
    before: Option<SessionId>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<(Session, User)>> {
    load_with_user(conn, &select(filter, before, limit, now)).await
}

/// Returns the active sessions among these IDs with their users, in no order.
#[boxed]
pub async fn find_many(
    conn: &Conn,
    ids: &[SessionId],
    now: UnixSeconds,
) -> Result<Vec<(Session, User)>> {
    let mut found = Vec::new();
    for part in parts(ids.iter().map(SessionId::as_uuid)) {
        let mut query = with_user();
        query
            .and_where(part.contains(Expr::col(("sessions", "id"))))
            .cond_where(live(now));
        found.extend(load_with_user(conn, &query).await?);
    }
    Ok(found)
}

/// Counts the active sessions with a grant to this client, at most `limit`.
#[boxed]
pub async fn count_of_client(
    conn: &Conn,
    client: &ClientId,
    limit: u64,
    now: UnixSeconds,
) -> Result<u64> {
    let query = of_client(client, None, limit, now);
    Ok(conn.query_all(&query).await?.len() as u64)
}

fn select(
    filter: &SessionFilter,
    before: Option<SessionId>,
    limit: u64,
    now: UnixSeconds,
) -> SelectStatement {
    let id = || Expr::col(("sessions", "id"));
    let limit = Ord::min(limit, PAGE_MAX);
    let mut query = with_user();
    query
        .cond_where(live(now))
        .and_where_option(before.map(|before| id().lt(before.as_uuid())))
        .order_by_expr(id(), Order::Desc)
        .limit(limit);
    if let Some(user) = filter.user {
        query.and_where(Expr::col(("sessions", "user_id")).eq(user.as_uuid()));
    }
    if let Some(client) = &filter.client {
        if filter.user.is_some() {
            query.and_where(Expr::exists(grant_of_session(client)));
        } else {
            query.and_where(id().in_subquery(of_client(client, before, limit, now)));
        }
    }
    query
}

/// Selects the grants of the listed session to this client. The few sessions of a user are checked one
/// by one, by the index of client and session.
fn grant_of_session(client: &ClientId) -> SelectStatement {
    select_one("grants")
        .and_where(Expr::col(("grants", "client_id")).eq(client.as_str()))
        .and_where(Expr::col(("grants", "session_id")).equals(("sessions", "id")))
        .and_where(Expr::col(("grants", "revoked_at")).is_null())
        .take()
}

/// Selects the IDs of active sessions with a grant to this client. A session has many grants to a
/// client that is used often, and is grouped in the order of the index. Offline grants outlive their
/// sessions: those of sessions before the oldest one that was not ended are not read.
fn of_client(
    client: &ClientId,
    before: Option<SessionId>,
    limit: u64,
    now: UnixSeconds,
) -> SelectStatement {
    let session = || Expr::col(("grants", "session_id"));
    let mut query = Query::select();
    query
        .expr(session())
        .from("grants")
        .inner_join(
            "sessions",
            Expr::col(("sessions", "id")).equals(("grants", "session_id")),
        )
        .and_where(Expr::col(("grants", "client_id")).eq(client.as_str()))
        .and_where(Expr::col(("grants", "revoked_at")).is_null())
        .and_where(session().gte(oldest()))
        .and_where_option(before.map(|before| session().lt(before.as_uuid())))
        .cond_where(live(now))
        .group_by_col(("grants", "session_id"))
        .order_by_expr(session(), Order::Desc)
        .limit(limit);
    query
}

/// Selects the ID of the oldest session that was not ended.
fn oldest() -> SelectStatement {
    let session = |name: &'static str| Expr::col(("sessions", name));
    Query::select()
        .expr(session("id"))
        .from("sessions")
        .and_where(session("ended_at").is_null())
        .order_by_expr(session("id"), Order::Asc)
        .limit(1)
        .take()
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;
    use uuid::Uuid;

    use super::*;
    use crate::Db;
    use crate::repo::query_plan::{explain, migrated};

    /// Returns the plan of a statement on SQLite.
    async fn plan(db: &Db, query: &SelectStatement) -> Vec<String> {
        explain(db, DbBackend::Sqlite.build(query)).await
    }

    #[tokio::test]
    async fn each_list_is_range_of_index_in_its_order() {
        let db = migrated().await;
        let last = Some(SessionId::from_uuid(Uuid::from_u128(7)));
        let all = SessionFilter::default();
        let found = plan(&db, &select(&all, last, 50, 9)).await;
        assert!(found[0].contains("sessions"), "{found:#?}");
        assert!(found[0].ends_with("(id<?)"), "{found:#?}");
        let is_sorted = found.iter().any(|line| line.contains("TEMP B-TREE"));
        assert!(!is_sorted, "{found:#?}");
        // The sessions of one client are read in the order of its grants.
        let client = ClientId::parse("photos").unwrap();
        let found = plan(&db, &of_client(&client, last, 50, 9)).await;
        assert!(found[0].contains("grants"), "{found:#?}");
        let range = "(client_id=? AND session_id>? AND session_id<?)";
        assert!(found[0].ends_with(range), "{found:#?}");
        // Its first row is the oldest session.
        let by_index = "SCAN sessions USING ";
        let is_used = found.iter().any(|line| line.starts_with(by_index));
        assert!(is_used, "{found:#?}");
        let is_sorted = found.iter().any(|line| line.contains("TEMP B-TREE"));
        assert!(!is_sorted, "{found:#?}");
    }
}
