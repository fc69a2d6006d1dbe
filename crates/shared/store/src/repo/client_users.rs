//! The list of the users with access of one client: those with a grant that can still yield tokens.
//! First-party clients have grants, but no consents.

use doorward_domain::boxed;
use doorward_domain::model::GrantOrigin;
use sea_orm::prelude::Uuid;

use super::prelude::*;
use crate::entity::users;

const SESSION: &str = "session_id";
const LAST_USE: &str = "last_use";

#[derive(Clone, PartialEq, Debug)]
pub struct ClientUser {
    /// Newest session with such a grant, which is the position in the list. It may have ended.
    pub session: SessionId,
    pub user: User,
    /// Time when the client last received tokens for the user.
    pub last_use: Option<UnixSeconds>,
}

/// Returns up to `limit` users of a client after the one with the session `before`, each once, in
/// one statement. The user with the newest session is the first.
#[boxed]
pub async fn page(
    conn: &Conn,
    client: &ClientId,
    before: Option<SessionId>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<ClientUser>> {
    let read = |row: &QueryResult| {
        let session: Uuid = row.try_get("", SESSION)?;
        Ok(ClientUser {
            session: SessionId::from_uuid(session),
            user: joined::<users::Model, _>(row, "u_")?,
            last_use: row.try_get("", LAST_USE)?,
        })
    };
    let mut found = read_all(conn, &select(client, before, limit, now), read).await?;
    found.sort_by_key(|found| std::cmp::Reverse(found.session.as_uuid()));
    Ok(found)
}

/// Selects the users of these sessions. The few rows are sorted in memory.
fn select(
    client: &ClientId,
    before: Option<SessionId>,
    limit: u64,
    now: UnixSeconds,
) -> SelectStatement {
    let mut query = Query::select();
    select_all::<users::Entity>(&mut query, "users", "u_");
    query
        .expr_as(Expr::col(("recent", SESSION)), SESSION)
        .expr_as(last_use(client), LAST_USE)
        .from_subquery(sessions(client, before, limit, now), "recent")
        .inner_join(
            "users",
            Expr::col(("users", "id"))
                .eq(owner("recent", client))
                .and(is_kept("users")),
        );
    query
}

/// Selects the newest session of each user with such a grant, in the order of the index of client and
/// session.
fn sessions(
    client: &ClientId,
    before: Option<SessionId>,
    limit: u64,
    now: UnixSeconds,
) -> SelectStatement {
    let session = || Expr::col(("grants", SESSION));
    let mut query = Query::select();
    query
        .expr_as(session(), SESSION)
        .from("grants")
        .left_join("sessions", holds("grants", "sessions", now))
        .and_where(Expr::col(("grants", "client_id")).eq(client.as_str()))
        .and_where(can_yield("grants", "sessions", now))
        .and_where_option(before.map(|before| session().lt(before.as_uuid())))
        .group_by_col(("grants", SESSION))
        .and_having(Expr::exists(newer(client, now)).not())
        .order_by_expr(session(), Order::Desc)
        .limit(Ord::min(limit, PAGE_MAX));
    query
}

/// Selects such grants of the same user in a newer session. They are found by the user.
fn newer(client: &ClientId, now: UnixSeconds) -> SelectStatement {
    let grant = |name: &'static str| Expr::col(("newer", name));
    Query::select()
        .expr(Expr::cust("1"))
        .from_as("grants", "newer")
        .join_as(
            JoinType::LeftJoin,
            "sessions",
            "newer_session",
            holds("newer", "newer_session", now),
        )
        .and_where(grant("user_id").eq(owner("grants", client)))
        .and_where(is_of("newer", client))
        .and_where(grant(SESSION).gt(Expr::col(("grants", SESSION))))
        .and_where(can_yield("newer", "newer_session", now))
        .take()
}

fn owner(outer: &'static str, client: &ClientId) -> SelectStatement {
    let grant = |name: &'static str| Expr::col(("given", name));
    Query::select()
        .expr(grant("user_id"))
        .from_as("grants", "given")
        .and_where(grant("client_id").eq(client.as_str()))
        .and_where(grant(SESSION).equals((outer, SESSION)))
        .and_where(grant("revoked_at").is_null())
        .limit(1)
        .take()
}

fn last_use(client: &ClientId) -> Expr {
    let grant = |name: &'static str| Expr::col(("used", name));
    let at = Func::coalesce([grant("refresh_issued_at"), grant("created_at")]);
    let newest = Query::select()
        .expr(Func::max(at))
        .from_as("grants", "used")
        .and_where(grant("user_id").equals(("users", "id")))
        .and_where(is_of("used", client))
        .take();
    newest.into()
}

/// Compares the client of a grant without the index of clients: a user has few grants, a client many.
fn is_of(grant: &'static str, client: &ClientId) -> Expr {
    let column = Func::coalesce([Expr::col((grant, "client_id")), Expr::value("")]);
    Expr::from(column).eq(client.as_str())
}

/// Joins the session of a grant if that still holds grants. They ignore the idle timeout.
pub(super) fn holds(grant: &'static str, session: &'static str, now: UnixSeconds) -> Expr {
    let column = |name: &'static str| Expr::col((session, name));
    column("id")
        .equals((grant, SESSION))
        .and(column("user_id").equals((grant, "user_id")))
        .and(column("ended_at").is_null())
        .and(column("expires_at").gt(now))
}

/// Returns true if a grant can still yield tokens: neither revoked nor expired, redeemed, and held.
fn can_yield(grant: &'static str, session: &'static str, now: UnixSeconds) -> Expr {
    let column = |name: &'static str| Expr::col((grant, name));
    let redeemed = column("code_hash")
        .is_null()
        .or(column("code_used_at").is_not_null());
    column("revoked_at")
        .is_null()
        .and(column("expires_at").gt(now))
        .and(redeemed)
        .and(is_held(grant, session))
}

/// Returns true if a grant has a session that holds it, or outlives the session (OIDC Core §11).
pub(super) fn is_held(grant: &'static str, session: &'static str) -> Expr {
    let outlives = Expr::cust(format!(
        r#"(' ' || "{grant}"."scope" || ' ') LIKE '% offline\_access %' ESCAPE '\'"#
    ));
    Expr::col((grant, "origin"))
        .eq(GrantOrigin::Assertion.as_str())
        .or(outlives)
        .or(Expr::col((session, "id")).is_not_null())
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn sessions_are_range_of_index_in_its_order() {
        let db = migrated().await;
        let client = ClientId::parse("photos").unwrap();
        let last = Some(SessionId::from_uuid(Uuid::from_u128(7)));
        let plan = explain(&db, DbBackend::Sqlite.build(&select(&client, last, 50, 9))).await;
        let has = |part: &str| plan.iter().any(|line| line.contains(part));
        assert!(has("(client_id=? AND session_id<?)"), "{plan:#?}");
        // Other grants are read by session or by user, and users by ID.
        assert!(has("(client_id=? AND session_id=?)"), "{plan:#?}");
        assert!(has("(user_id=?)") && has("SEARCH users"), "{plan:#?}");
        assert!(!has("SCAN grants") && !has("SCAN sessions"), "{plan:#?}");
        assert!(!has("TEMP B-TREE"), "{plan:#?}");
    }
}
