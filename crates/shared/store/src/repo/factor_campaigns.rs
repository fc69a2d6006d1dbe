//! Campaigns, which require a second factor of users from a date, and exceptions from them.

use doorward_domain::boxed;
use doorward_domain::model::{CampaignTarget, FactorCampaign, FactorCampaignId, FactorException};

use super::prelude::*;
use super::user_search::without_factor;
use crate::entity::factor_campaigns::{Column, Entity};
use crate::entity::{factor_exceptions as exceptions, users};

pub use super::query::insert;

/// Maximum number of campaigns that have not ended: all of them are read with the roles of a user.
pub const MAX_OPEN: u64 = 50;

#[boxed]
pub async fn find(conn: &Conn, id: FactorCampaignId) -> Result<Option<FactorCampaign>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

/// Returns up to `limit` campaigns after this one, ordered by ID (that is, by age).
#[boxed]
pub async fn list(
    conn: &Conn,
    after: Option<FactorCampaignId>,
    limit: u64,
) -> Result<Vec<FactorCampaign>> {
    Entity::find()
        .page_after(Column::Id, after.map(|id| id.as_uuid()), limit)
        .load(conn)
        .await
}

/// Returns the campaigns that have not ended, the oldest first.
#[boxed]
pub async fn list_open(conn: &Conn) -> Result<Vec<FactorCampaign>> {
    Entity::find()
        .filter(Column::EndedAt.is_null())
        .page_after(Column::Id, None::<uuid::Uuid>, MAX_OPEN)
        .load(conn)
        .await
}

/// Ends a campaign. Returns false if it has ended already.
#[boxed]
pub async fn end(tx: &WriteTx, id: FactorCampaignId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::EndedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .change_one(tx)
        .await
}

/// Stores the start and the next reminder in `after`. Returns false if the campaign has ended, or has
/// another start than `before` by now.
#[boxed]
pub async fn reschedule(
    tx: &WriteTx,
    before: &FactorCampaign,
    after: &FactorCampaign,
) -> Result<bool> {
    set_progress(before, after)
        .value(Column::StartsAt, after.starts_at)
        .change_one(tx)
        .await
}

/// Stores the progress of the reminders in `after`. Returns false if the campaign has ended or has another
/// start, or another replica has stored a progress since `before`.
#[boxed]
pub async fn advance(
    tx: &WriteTx,
    before: &FactorCampaign,
    after: &FactorCampaign,
) -> Result<bool> {
    set_progress(before, after)
        // `None` is equal to null.
        .filter(Column::ReminderDueAt.eq(before.reminder_due_at))
        .filter(Column::RemindedId.eq(before.reminded.map(|user| user.as_uuid())))
        .change_one(tx)
        .await
}

/// Begins an update of the reminders of an open campaign that has the start of `before`.
fn set_progress(before: &FactorCampaign, after: &FactorCampaign) -> UpdateMany<Entity> {
    let reminded = after.reminded.map(|user| user.as_uuid());
    Entity::update_many()
        .value(Column::ReminderDueAt, after.reminder_due_at)
        .value(Column::RemindedId, reminded)
        .filter(Column::Id.eq(before.id.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::StartsAt.eq(before.starts_at))
}

/// Returns up to `limit` active users of a campaign without a second factor after this one, ordered by ID,
/// each with the exception, which may have ended.
#[boxed]
pub async fn list_without_factor(
    conn: &Conn,
    target: &CampaignTarget,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<(User, Option<FactorException>)>> {
    let user = |column: &'static str| Expr::col(("users", column));
    let mut query = Query::select();
    select_all::<users::Entity>(&mut query, "users", "u_");
    select_all::<exceptions::Entity>(&mut query, "factor_exceptions", "x_");
    let key = from_covered(&mut query, conn.get_database_backend(), target);
    query
        .left_join(
            "factor_exceptions",
            Expr::col(("factor_exceptions", "user_id")).equals(("users", "id")),
        )
        .and_where(is_kept("users"))
        .and_where(user("disabled_at").is_null())
        .and_where(user("deletion_due_at").is_null())
        .cond_where(without_factor())
        .order_by(key, Order::Asc)
        .limit(Ord::min(limit, PAGE_MAX));
    if let Some(last) = after {
        query.and_where(Expr::col(key).gt(last.as_uuid()));
    }
    let read = |row: &QueryResult| {
        let user = joined::<users::Model, _>(row, "u_")?;
        Ok((user, joined_optional::<exceptions::Model, _>(row, "x_")?))
    };
    read_all(conn, &query, read).await
}

/// Selects from the users that a campaign covers. Returns the column with their IDs whose index has the
/// order of the list.
fn from_covered(
    query: &mut SelectStatement,
    backend: DbBackend,
    target: &CampaignTarget,
) -> (&'static str, &'static str) {
    const MEMBERS: &str = "organization_members";
    const USERS: (&str, &str) = ("users", "id");
    match target {
        CampaignTarget::All => {
            query.from("users");
            USERS
        }
        CampaignTarget::Organization(org) => {
            // The page is a range of the members; a subquery would read all of them for each page.
            let key = (MEMBERS, "user_id");
            query
                .from(MEMBERS)
                .inner_join("users", Expr::col(USERS).equals(key))
                .and_where(Expr::col((MEMBERS, "org")).eq(org.as_str()));
            key
        }
        CampaignTarget::Group(group) => {
            let value = match backend {
                DbBackend::Postgres => "$1",
                _ => "?",
            };
            let below = format!(
                "group_id IN (WITH RECURSIVE below(id) AS (\
                 SELECT id FROM groups WHERE id = {value} AND deleted_at IS NULL \
                 UNION SELECT g.id FROM below JOIN groups g ON g.parent_id = below.id \
                 WHERE g.deleted_at IS NULL) SELECT id FROM below)"
            );
            let members = Query::select()
                .column(("group_members", "user_id"))
                .from("group_members")
                .and_where(Expr::cust_with_values(below, [group.as_uuid()]))
                .take();
            query
                .from("users")
                .and_where(Expr::col(USERS).in_subquery(members));
            USERS
        }
    }
}

/// Stores an exception, which replaces that of the same user.
#[boxed]
pub async fn put_exception(tx: &WriteTx, exception: &FactorException) -> Result<()> {
    let changed = [
        exceptions::Column::ExceptedUntil,
        exceptions::Column::Reason,
        exceptions::Column::CreatedAt,
    ];
    let row = exceptions::ActiveModel::try_from(exception)?;
    upsert_row(tx, row, [exceptions::Column::UserId], changed).await
}

#[boxed]
pub async fn find_exception(conn: &Conn, user: UserId) -> Result<Option<FactorException>> {
    exceptions::Entity::find_by_id(user.as_uuid())
        .load_one(conn)
        .await
}

/// Deletes the exception of a user. Returns false if there is none.
#[boxed]
pub async fn delete_exception(tx: &WriteTx, user: UserId) -> Result<bool> {
    exceptions::Entity::delete_by_id(user.as_uuid())
        .change_one(tx)
        .await
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::repo::query_plan::migrated;

    #[tokio::test]
    async fn users_of_each_target_are_found() {
        let db = migrated().await;
        for target in [
            CampaignTarget::All,
            CampaignTarget::Organization("acme".to_owned()),
            CampaignTarget::Group(GroupId::from_uuid(Uuid::from_u128(7))),
        ] {
            let after = Some(UserId::from_uuid(Uuid::from_u128(1)));
            let found = list_without_factor(db.read(), &target, after, 10).await;
            assert!(found.unwrap().is_empty(), "{target:?}");
        }
    }
}
