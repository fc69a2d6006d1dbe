//! Sign-in attempts and rejected OAuth requests.

use doorward_domain::boxed;
use doorward_domain::model::{AttemptOutcome, SignInAttempt, SignInAttemptId};

use super::prelude::*;
pub use super::value_list::insert_all;
use crate::entity::attempts::{Column, Entity, Model};
use crate::entity::users;

/// A filter for attempts; the default selects all.
#[derive(Clone, Debug, Default)]
pub struct AttemptFilter {
    pub user: Option<UserId>,
    pub request_id: Option<String>,
    /// Keyed hash of a typed login identifier, as an alternative to the request.
    pub name_hash: Option<[u8; 32]>,
    pub client_id: Option<String>,
    pub outcome: Option<AttemptOutcome>,
    /// True for failed sign-ins and rejected requests only.
    pub failures: bool,
    /// Earliest time, inclusive.
    pub since: Option<UnixSeconds>,
    /// Latest time, exclusive.
    pub until: Option<UnixSeconds>,
}

impl AttemptFilter {
    fn condition(&self) -> Condition {
        let hash = self
            .name_hash
            .map(|hash| Column::NameHash.eq(hash.to_vec()));
        let request = self
            .request_id
            .as_deref()
            .map(|id| Column::RequestId.eq(id));
        // An empty alternative would select nothing.
        let has_either = hash.is_some() || request.is_some();
        let either = Condition::any().add_option(hash).add_option(request);
        let client = self.client_id.as_deref();
        let outcome = self.outcome.map(AttemptOutcome::as_str);
        Condition::all()
            .add_option(self.user.map(|user| Column::UserId.eq(user.as_uuid())))
            .add_option(has_either.then_some(either))
            .add_option(client.map(|id| Column::ClientId.eq(id)))
            .add_option(outcome.map(|outcome| Column::Outcome.eq(outcome)))
            .add_option(self.failures.then(is_failure))
            .add_option(self.since.map(|since| Column::At.gte(since)))
            .add_option(self.until.map(|until| Column::At.lt(until)))
    }
}

/// Returns the condition for failures. It has no parameters: only then do both databases see that
/// the index of failures contains every selected row.
fn is_failure() -> Expr {
    let [failed, rejected] =
        [AttemptOutcome::Failed, AttemptOutcome::Rejected].map(AttemptOutcome::as_str);
    Expr::cust(format!(
        r#""attempts"."outcome" IN ('{failed}', '{rejected}')"#
    ))
}

/// Returns up to `limit` attempts of the filter before this one, newest first.
#[boxed]
pub async fn page(
    conn: &Conn,
    filter: &AttemptFilter,
    before: Option<SignInAttemptId>,
    limit: u64,
) -> Result<Vec<SignInAttempt>> {
    select(filter, before, limit).load(conn).await
}

/// Returns the attempts of [`page`] with their users, in one statement.
#[boxed]
pub async fn page_with_users(
    conn: &Conn,
    filter: &AttemptFilter,
    before: Option<SignInAttemptId>,
    limit: u64,
) -> Result<Vec<(SignInAttempt, Option<User>)>> {
    let query = with_users(select(filter, before, limit));
    read_all(conn, &query, read_with_user).await
}

fn with_users(query: Select<Entity>) -> SelectStatement {
    let mut query = query.into_query();
    let user = Expr::col(("attempts", "user_id"));
    join_user(&mut query, "u_", user, None);
    query
}

fn read_with_user(row: &QueryResult) -> Result<(SignInAttempt, Option<User>)> {
    let attempt = joined::<Model, _>(row, "")?;
    let user = joined_optional::<users::Model, _>(row, "u_")?;
    Ok((attempt, user))
}

fn select(filter: &AttemptFilter, before: Option<SignInAttemptId>, limit: u64) -> Select<Entity> {
    let mut condition = filter.condition();
    if let Some(before) = before {
        let order = [Column::At.into_expr(), Column::Id.into_expr()];
        // The id contains the time.
        condition = condition.add(is_before(order, before.at(), before.as_uuid()));
    }
    Entity::find()
        .filter(condition)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
}

#[boxed]
pub async fn find_with_user(
    conn: &Conn,
    id: SignInAttemptId,
) -> Result<Option<(SignInAttempt, Option<User>)>> {
    let query = with_users(Entity::find_by_id(id.as_uuid()));
    read_first(conn, &query, read_with_user).await
}

purge_by!(At);

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;
    use uuid::Uuid;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    #[tokio::test]
    async fn failures_of_client_are_range_of_index() {
        let db = migrated().await;
        let filter = AttemptFilter {
            client_id: Some("app".to_owned()),
            failures: true,
            ..AttemptFilter::default()
        };
        let last = SignInAttemptId::from_uuid(Uuid::from_u128(7));
        for before in [None, Some(last)] {
            let query = with_users(select(&filter, before, 50));
            let plan = explain(&db, DbBackend::Sqlite.build(&query)).await;
            let used = "USING INDEX ix_attempts__client_id__failed_at (client_id=?";
            assert!(plan[0].contains(used), "{plan:#?}");
            let sort = "USE TEMP B-TREE FOR ORDER BY".to_owned();
            assert!(!plan.contains(&sort), "{plan:#?}");
        }
    }
}
