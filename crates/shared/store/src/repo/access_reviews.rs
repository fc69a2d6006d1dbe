//! Access reviews with their reviewers, and their lines in the order of the numbers.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::model::{AccessReview, ReviewDecision, ReviewId, ReviewLine};
use uuid::Uuid;

use super::prelude::*;
use crate::entity::access_review_lines as lines;
use crate::entity::access_review_reviewers as reviewers;
use crate::entity::access_reviews::{Column, Entity};
use crate::entity::stored::count;
use crate::entity::users;

/// A filter for the lines of a review; the default selects all.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineFilter<'a> {
    /// True for the lines without a decision.
    pub is_open: bool,
    /// ID of the user or client who holds the role.
    pub holder: Option<&'a str>,
    pub role: Option<&'a str>,
    /// ID of a user whose lines are left out.
    pub except: Option<&'a str>,
}

/// Inserts a review without lines.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if there is one with the same name.
#[boxed]
pub async fn insert(tx: &WriteTx, review: &AccessReview, users: &[UserId]) -> Result<()> {
    super::query::insert(tx, review).await?;
    add_reviewers(tx, review.id, users, None).await
}

/// Adds reviewers, who get a reminder unless `reminded_at` is set.
#[boxed]
pub async fn add_reviewers(
    tx: &WriteTx,
    id: ReviewId,
    users: &[UserId],
    reminded_at: Option<UnixSeconds>,
) -> Result<()> {
    let rows = users.iter().map(|user| reviewers::ActiveModel {
        review_id: Set(id.as_uuid()),
        user_id: Set(user.as_uuid()),
        reminded_at: Set(reminded_at),
    });
    insert_rows(tx, rows, None).await
}

#[boxed]
pub async fn remove_reviewers(tx: &WriteTx, id: ReviewId, users: &[UserId]) -> Result<()> {
    for part in parts(users.iter().map(UserId::as_uuid)) {
        let named = part.contains(Expr::col(reviewers::Column::UserId));
        let of_review = reviewers::Column::ReviewId.eq(id.as_uuid());
        reviewers::Entity::delete_by(tx, of_review.and(named)).await?;
    }
    Ok(())
}

#[boxed]
pub async fn find(conn: &Conn, id: ReviewId) -> Result<Option<AccessReview>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

#[boxed]
pub async fn find_by_name(conn: &Conn, name: &str) -> Result<Option<AccessReview>> {
    let named = Entity::find().filter(Column::Name.eq(name));
    named.load_one(conn).await
}

/// Returns up to `limit` reviews after this name in the order of the names: those of one organization, or
/// all.
#[boxed]
pub async fn page(
    conn: &Conn,
    org: Option<&str>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<AccessReview>> {
    Entity::find()
        .apply_if(org, |query, org| query.filter(Column::Org.eq(org)))
        .page_after(Column::Name, after, limit)
        .load(conn)
        .await
}

/// Returns up to `limit` reviews that are not closed, the earliest deadline first.
#[boxed]
pub async fn list_running(conn: &Conn, limit: u64) -> Result<Vec<AccessReview>> {
    running().limit(limit).load(conn).await
}

fn running() -> Select<Entity> {
    Entity::find()
        .filter(Column::ClosedAt.is_null())
        .order_by_asc(Column::DueAt)
}

/// Selects the reviews of a reviewer that are not closed and have all lines, the earliest deadline first.
fn of_reviewer(user: UserId) -> Select<Entity> {
    let own = Query::select()
        .column(reviewers::Column::ReviewId)
        .from(reviewers::Entity)
        .and_where(reviewers::Column::UserId.eq(user.as_uuid()))
        .take();
    running()
        .filter(Column::FilledAt.is_not_null())
        .filter(Column::Id.in_subquery(own))
}

/// Selects one of the reviews of a reviewer whose deadline is after `now`.
pub fn select_before_deadline(user: UserId, now: UnixSeconds) -> SelectStatement {
    let own = of_reviewer(user).filter(Column::DueAt.gt(now));
    own.limit(1).into_query()
}

/// Returns up to `limit` reviews of a reviewer that are not closed and have all lines, the earliest
/// deadline first.
#[boxed]
pub async fn list_of_reviewer(conn: &Conn, user: UserId, limit: u64) -> Result<Vec<AccessReview>> {
    of_reviewer(user).limit(limit).load(conn).await
}

/// Returns the reviewers of a review, in no order.
#[boxed]
pub async fn reviewers(conn: &Conn, id: ReviewId) -> Result<Vec<User>> {
    let mut query = select_with_users::<reviewers::Entity>("r_");
    let review = Expr::col((reviewers::Entity, reviewers::Column::ReviewId));
    query.and_where(review.eq(id.as_uuid()));
    let read = |row: &QueryResult| joined::<users::Model, User>(row, "u_");
    read_all(conn, &query, read).await
}

/// Returns the reviewers of each of these reviews, in no order.
#[boxed]
pub async fn reviewers_of(conn: &Conn, ids: &[ReviewId]) -> Result<BTreeMap<ReviewId, Vec<User>>> {
    let read = |row: &QueryResult| {
        let id: Uuid = row.try_get("", "r_review_id")?;
        let user = joined::<users::Model, User>(row, "u_")?;
        Ok((ReviewId::from_uuid(id), user))
    };
    let mut found: BTreeMap<ReviewId, Vec<User>> = BTreeMap::new();
    for part in parts(ids.iter().map(ReviewId::as_uuid)) {
        let mut query = select_with_users::<reviewers::Entity>("r_");
        let review = Expr::col((reviewers::Entity, reviewers::Column::ReviewId));
        query.and_where(part.contains(review));
        for (id, user) in read_all(conn, &query, read).await? {
            found.entry(id).or_default().push(user);
        }
    }
    Ok(found)
}

fn of_review(id: ReviewId) -> Select<reviewers::Entity> {
    reviewers::Entity::find().filter(reviewers::Column::ReviewId.eq(id.as_uuid()))
}

#[boxed]
pub async fn is_reviewer(conn: &Conn, id: ReviewId, user: UserId) -> Result<bool> {
    let condition = Condition::all()
        .add(reviewers::Column::ReviewId.eq(id.as_uuid()))
        .add(reviewers::Column::UserId.eq(user.as_uuid()));
    reviewers::Entity::has(conn, condition).await
}

/// Returns up to `limit` reviewers who were not reminded.
#[boxed]
pub async fn list_unreminded(conn: &Conn, id: ReviewId, limit: u64) -> Result<Vec<UserId>> {
    let unreminded = of_review(id)
        .filter(reviewers::Column::RemindedAt.is_null())
        .limit(limit);
    let ids = unreminded.load_column::<Uuid>(reviewers::Column::UserId, conn);
    Ok(ids.await?.into_iter().map(UserId::from_uuid).collect())
}

/// Marks a reviewer as reminded. Returns false if another process was faster.
#[boxed]
pub async fn mark_reminded(
    tx: &WriteTx,
    id: ReviewId,
    user: UserId,
    now: UnixSeconds,
) -> Result<bool> {
    reviewers::Entity::update_many()
        .value(reviewers::Column::RemindedAt, now)
        .filter(reviewers::Column::ReviewId.eq(id.as_uuid()))
        .filter(reviewers::Column::UserId.eq(user.as_uuid()))
        .filter(reviewers::Column::RemindedAt.is_null())
        .change_one(tx)
        .await
}

/// Inserts lines of a review, and stores the progress in `after`. Returns false if another process has
/// stored a progress since `before`.
#[boxed]
pub async fn add_lines(
    tx: &WriteTx,
    before: &AccessReview,
    after: &AccessReview,
    added: &[ReviewLine],
) -> Result<bool> {
    let is_saved = Entity::update_many()
        .value(Column::Cursor, after.cursor.clone())
        .value(Column::FilledAt, after.filled_at)
        .value(Column::Lines, count(after.lines))
        .value(Column::Open, count(after.open))
        .filter(Column::Id.eq(before.id.as_uuid()))
        .filter(Column::FilledAt.is_null())
        .filter(Column::Lines.eq(count(before.lines)))
        // `None` is equal to null.
        .filter(Column::Cursor.eq(before.cursor.as_deref()))
        .change_one(tx)
        .await?;
    if is_saved {
        insert_models(tx, added, None).await?;
    }
    Ok(is_saved)
}

/// Returns up to `limit` lines of the filter after this number, in the order of the numbers.
#[boxed]
pub async fn lines<'a>(
    conn: &'a Conn,
    id: ReviewId,
    filter: LineFilter<'a>,
    after: Option<u64>,
    limit: u64,
) -> Result<Vec<ReviewLine>> {
    let is_open = filter.is_open.then(|| lines::Column::Decision.is_null());
    let condition = Condition::all()
        .add(lines::Column::ReviewId.eq(id.as_uuid()))
        .add_option(is_open)
        .add_option(filter.holder.map(|id| lines::Column::Holder.eq(id)))
        .add_option(filter.role.map(|role| lines::Column::Role.eq(role)))
        .add_option(filter.except.map(|id| lines::Column::Holder.ne(id)));
    lines::Entity::find()
        .filter(condition)
        .page_after(lines::Column::Number, after.map(count), limit)
        .load(conn)
        .await
}

#[boxed]
pub async fn find_line(conn: &Conn, id: ReviewId, number: u64) -> Result<Option<ReviewLine>> {
    let line = lines::Entity::find()
        .filter(lines::Column::ReviewId.eq(id.as_uuid()))
        .filter(lines::Column::Number.eq(count(number)));
    line.load_one(conn).await
}

/// Stores the decision about a line. Returns false if it has another one than `before` by now.
#[boxed]
pub async fn decide(tx: &WriteTx, before: &ReviewLine, after: &ReviewLine) -> Result<bool> {
    let former = before.decision.map(ReviewDecision::as_str);
    let (decision, outcome) = (after.decision, after.outcome);
    let is_changed = lines::Entity::update_many()
        .value(
            lines::Column::Decision,
            decision.map(|decision| decision.as_str().to_owned()),
        )
        .value(
            lines::Column::Outcome,
            outcome.map(|outcome| outcome.as_str().to_owned()),
        )
        .value(
            lines::Column::DecidedBy,
            after.decided_by.map(|user| user.as_uuid()),
        )
        .value(lines::Column::DeciderName, after.decider_name.clone())
        .value(lines::Column::DecidedAt, after.decided_at)
        .value(lines::Column::LastLogin, after.last_login)
        .value(lines::Column::Reason, after.reason.clone())
        .filter(lines::Column::Id.eq(before.id.as_uuid()))
        .filter(lines::Column::Decision.eq(former))
        .change_one(tx)
        .await?;
    if is_changed && before.decision.is_none() {
        Entity::update_many()
            .col_expr(Column::Open, Expr::col(Column::Open).sub(1))
            .filter(Column::Id.eq(before.review.as_uuid()))
            .run(tx)
            .await?;
    }
    Ok(is_changed)
}

/// Changes the end of a review that is not closed.
#[boxed]
pub async fn update_deadline(
    tx: &WriteTx,
    id: ReviewId,
    due_at: UnixSeconds,
    revoke_open: bool,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::DueAt, due_at)
        .value(Column::RevokeOpen, revoke_open)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::ClosedAt.is_null())
        .change_one(tx)
        .await
}

/// Closes a review. Returns false if it is closed already.
#[boxed]
pub async fn close(tx: &WriteTx, id: ReviewId, now: UnixSeconds) -> Result<bool> {
    Entity::update_many()
        .value(Column::ClosedAt, now)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::ClosedAt.is_null())
        .change_one(tx)
        .await
}
