//! Lists of the active API keys of all users, by expiry or by last use. Each is a range of an index,
//! in its order.

use doorward_domain::boxed;
use doorward_domain::model::{ApiKey, ApiKeyId};

use super::api_keys;
use super::prelude::*;
use crate::entity::api_keys::{Entity, Model};

/// The last use of a key, or its creation if it was not used. An index has the same expression.
const USED: &str = "COALESCE(api_keys.last_used_at, api_keys.created_at)";

/// Prefix of the columns of a key.
const PREFIX: &str = "k_";

/// A filter for active keys; the default selects all.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyFilter {
    pub user: Option<UserId>,
    /// Latest expiry, exclusive.
    pub expires_before: Option<UnixSeconds>,
    /// Time since which the key was neither used nor created. The list is then ordered by use.
    pub unused_since: Option<UnixSeconds>,
}

/// The position of a key in a list: its expiry, or its last use, and its ID.
pub type Position = (UnixSeconds, ApiKeyId);

impl KeyFilter {
    pub fn position(&self, key: &ApiKey) -> Position {
        let at = match self.unused_since {
            Some(_) => key.last_used_at.unwrap_or(key.created_at),
            None => key.expires_at,
        };
        (at, key.id.clone())
    }

    fn select(&self, after: Option<&Position>, limit: u64, now: UnixSeconds) -> SelectStatement {
        let expiry = || Expr::col(("api_keys", "expires_at"));
        let id = || Expr::col(("api_keys", "id"));
        let order = || match self.unused_since {
            Some(_) => Expr::cust(USED),
            None => expiry(),
        };
        let mut query = active_with_user(now);
        query
            .and_where_option(self.expires_before.map(|end| expiry().lt(end)))
            .and_where_option(self.unused_since.map(|since| order().lt(since)));
        if let Some(user) = self.user {
            query.and_where(Expr::col(("api_keys", "user_id")).eq(user.as_uuid()));
        }
        if let Some((at, last)) = after {
            query.cond_where(is_after([order(), id()], *at, last.as_str()));
        }
        query
            .order_by_expr(order(), Order::Asc)
            .order_by_expr(id(), Order::Asc)
            .limit(Ord::min(limit, PAGE_MAX));
        query
    }
}

/// Returns up to `limit` active keys of the filter after this position, with their users, in one
/// statement. Ordered by expiry, or by last use if the filter limits it, and by ID.
#[boxed]
pub async fn page(
    conn: &Conn,
    filter: &KeyFilter,
    after: Option<&Position>,
    limit: u64,
    now: UnixSeconds,
) -> Result<Vec<(ApiKey, User)>> {
    load_with_users::<Model, _>(conn, &filter.select(after, limit, now), PREFIX).await
}

/// Returns the active keys among these IDs with their users, in no order.
#[boxed]
pub async fn find_many(
    conn: &Conn,
    ids: &[ApiKeyId],
    now: UnixSeconds,
) -> Result<Vec<(ApiKey, User)>> {
    let mut found = Vec::new();
    for part in parts(ids.iter().map(ApiKeyId::as_str)) {
        let mut query = active_with_user(now);
        query.and_where(part.contains(Expr::col(("api_keys", "id"))));
        found.extend(load_with_users::<Model, _>(conn, &query, PREFIX).await?);
    }
    Ok(found)
}

/// Selects the keys that are neither revoked nor expired, with their users.
fn active_with_user(now: UnixSeconds) -> SelectStatement {
    let mut query = select_with_users::<Entity>(PREFIX);
    query.cond_where(api_keys::active(now));
    query
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn each_list_is_range_of_index_in_its_order() {
        let db = migrated().await;
        let last = (7, ApiKeyId::parse("4fG7hJ9kLmNp").unwrap());
        let soon = KeyFilter {
            expires_before: Some(9),
            ..KeyFilter::default()
        };
        let unused = KeyFilter {
            unused_since: Some(9),
            ..KeyFilter::default()
        };
        for (filter, range) in [
            (KeyFilter::default(), "(expires_at>?"),
            (soon, "(expires_at>? AND expires_at<?)"),
            (unused, "(<expr>>? AND <expr><?)"),
        ] {
            let query = filter.select(Some(&last), 50, 5);
            let plan = explain(&db, DbBackend::Sqlite.build(&query)).await;
            assert!(plan[0].contains("api_keys"), "{plan:#?}");
            assert!(plan[0].contains(range), "{filter:?}: {plan:#?}");
            let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            assert!(!is_sorted, "{filter:?}: {plan:#?}");
        }
    }
}
