//! The latest times at which users received or used tokens. They are read from rows that are written
//! anyway, so that no token costs a further write.

use doorward_domain::boxed;
use doorward_rules::last_token::{TokenSource, TokenUse};
use sea_orm::prelude::Uuid;

use super::prelude::*;

const USER: &str = "user_id";
const ORG: &str = "org";
const AT: &str = "used_at";

/// The time of the latest token of a grant: a refresh, the exchange of the code, or the creation of a grant
/// without a code. A code that was not exchanged yields no token.
const ISSUED: &str = "COALESCE(refresh_issued_at, code_used_at, \
    CASE WHEN code_hash IS NULL THEN created_at END)";

/// Returns the latest uses of each of these users, by organization, in no order.
///
/// A page of users needs three statements. Each reads a range of an index for each user, the same on both
/// databases: `(user_id, revoked_at, client_id, id)` of `grants`, `(user_id)` of `api_keys`, and
/// `(user_id, ended_at, id)` of `sessions`.
#[boxed]
pub async fn list(conn: &Conn, users: &[UserId]) -> Result<Vec<TokenUse>> {
    let mut found = Vec::new();
    for part in parts(users.iter().map(UserId::as_uuid)) {
        for (table, at) in [("grants", ISSUED), ("api_keys", "last_used_at")] {
            let mut query = latest(table, at, &part);
            query
                .expr_as(Expr::col((table, ORG)), ORG)
                .group_by_col((table, ORG));
            let read = |row: &QueryResult| {
                let org = row.try_get::<Option<String>>("", ORG)?;
                read(row, TokenSource::Token(org))
            };
            found.extend(read_all(conn, &query, read).await?);
        }
        let sessions = latest("sessions", "last_seen_at", &part);
        let read = |row: &QueryResult| read(row, TokenSource::Session);
        found.extend(read_all(conn, &sessions, read).await?);
    }
    Ok(found.into_iter().flatten().collect())
}

/// Selects the latest of these times of each user.
fn latest(table: &'static str, at: &'static str, users: &Part) -> SelectStatement {
    let user = Expr::col((table, USER));
    Query::select()
        .expr_as(user.clone(), USER)
        .expr_as(Expr::from(Func::max(Expr::cust(at))), AT)
        .from(table)
        .and_where(users.contains(user))
        .group_by_col((table, USER))
        .take()
}

/// Reads a row of [`latest`]; `None` for a user without such a time.
fn read(row: &QueryResult, source: TokenSource) -> Result<Option<TokenUse>> {
    let user = UserId::from_uuid(row.try_get::<Uuid>("", USER)?);
    let at = row.try_get::<Option<UnixSeconds>>("", AT)?;
    Ok(at.map(|at| TokenUse { user, source, at }))
}
