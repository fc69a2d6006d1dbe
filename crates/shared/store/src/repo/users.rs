//! Users.

use std::collections::BTreeSet;

use doorward_domain::boxed;
use doorward_domain::model::AuditId;
use doorward_rules::identifier;
use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::CaseStatement;

use super::deletions::{self, Deletion};
use super::prelude::*;
pub use super::query::insert;
use crate::entity::accounts::{display_key, family_key, skeleton};
use crate::entity::users::{ActiveModel, Column, Entity};

#[boxed]
pub async fn find_by_id(conn: &Conn, id: UserId) -> Result<Option<User>> {
    with_id(id).load_one(conn).await
}

fn with_id(id: UserId) -> Select<Entity> {
    kept().filter(Column::Id.eq(id.as_uuid()))
}

fn kept() -> Select<Entity> {
    Entity::find().filter(is_kept("users"))
}

/// Returns the users with these IDs, ordered by ID.
pub async fn find_many(conn: &Conn, ids: impl IntoIterator<Item = UserId>) -> Result<Vec<User>> {
    let ids: BTreeSet<_> = ids.into_iter().map(|id| id.as_uuid()).collect();
    let in_order = kept().order_by_asc(Column::Id);
    models(rows_with(conn, in_order, Column::Id, ids).await?)
}

/// Returns the user with this case-folded user name or e-mail address. A user name never contains
/// an `@`, so that one key cannot match two users.
#[boxed]
pub async fn find_by_identifier(conn: &Conn, key: &str) -> Result<Option<User>> {
    let column = if key.contains('@') {
        Column::EmailKey
    } else {
        Column::UsernameKey
    };
    kept().filter(column.eq(key)).load_one(conn).await
}

/// Updates every field of a user except the latest sign-in and the scheduled deletion, which only
/// [`record_login`], [`cancel_deletion`] and [`schedule_deletion`] change. Returns false if the user does not exist. The caller must hold the
/// row lock of [`find_locked`]: otherwise it would undo concurrent changes.
/// Returns [`StoreError::Conflict`] on `username_key`, `username_skeleton` or `email_key`.
#[boxed]
pub async fn update(tx: &WriteTx, user: &User) -> Result<bool> {
    let mut row = ActiveModel::try_from(user)?;
    row.deletion_due_at = NotSet;
    row.username_skeleton = NotSet;
    row.last_login_at = NotSet;
    // An unchanged name keeps its skeleton, even if an older account has the same.
    let look = CaseStatement::new()
        .case(
            Column::UsernameKey.eq(user.username_key.as_str()),
            Expr::col(Column::UsernameSkeleton),
        )
        .finally(Expr::value(skeleton(&user.username_key)));
    let mut update = Entity::update_many()
        .set(row)
        .col_expr(Column::UsernameSkeleton, look.into());
    if user.email_verified {
        update = update.value(Column::UnprovedSince, Option::<i64>::None);
    }
    changed(update, tx, user.id).await
}

/// Returns true if a user has this user name or a confusable one. Users who have not verified their
/// address since `before` or earlier do not count.
#[boxed]
pub async fn has_username(conn: &Conn, key: &str, before: UnixSeconds) -> Result<bool> {
    let counts = Condition::any()
        .add(Column::UnprovedSince.is_null())
        .add(Column::UnprovedSince.gt(before))
        .add(Column::EmailVerified.eq(true));
    Entity::has(conn, Condition::all().add(alike(key)).add(counts)).await
}

/// Returns the users with this user name or a confusable one who have not verified their address
/// since `before` or earlier.
#[boxed]
pub async fn list_unproved_named(
    conn: &Conn,
    key: &str,
    before: UnixSeconds,
) -> Result<Vec<UserId>> {
    let found = Entity::find().filter(alike(key)).filter(unproved(before));
    load_ids(found, conn).await
}

async fn load_ids(users: Select<Entity>, conn: &Conn) -> Result<Vec<UserId>> {
    let ids = users.load_column(Column::Id, conn).await?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

fn alike(key: &str) -> Condition {
    Condition::any()
        .add(Column::UsernameKey.eq(key))
        .add(Column::UsernameSkeleton.eq(identifier::username_skeleton(key)))
}

/// Records that a self-registered user has not verified the e-mail address since `now`.
#[boxed]
pub async fn mark_unproved(tx: &WriteTx, id: UserId, now: UnixSeconds) -> Result<bool> {
    let update = Entity::update_many().value(Column::UnprovedSince, now);
    changed(update, tx, id).await
}

/// Returns true if a self-registered user has not verified the e-mail address.
#[boxed]
pub async fn is_unproved(conn: &Conn, id: UserId) -> Result<bool> {
    let unproved = Condition::all()
        .add(Column::Id.eq(id.as_uuid()))
        .add(Column::UnprovedSince.is_not_null())
        .add(Column::EmailVerified.eq(false));
    Entity::has(conn, unproved).await
}

/// Clears the verification deadline of up to `limit` users. Returns their number.
#[boxed]
pub async fn forgive_unproved(tx: &WriteTx, limit: u64) -> Result<u64> {
    let some = Query::select()
        .column(Column::Id)
        .from(Entity)
        // `IS NOT NULL` would read all users: SQLite finds none by it in an index.
        .and_where(Column::UnprovedSince.gte(0))
        .limit(limit)
        .take();
    let update = Entity::update_many()
        .value(Column::UnprovedSince, Option::<i64>::None)
        .filter(Column::Id.in_subquery(some));
    update.change(tx).await
}

/// Records that the user has reviewed the events up to this one. Returns false if a later one was
/// reviewed before.
#[boxed]
pub async fn record_review(tx: &WriteTx, id: UserId, event: AuditId) -> Result<bool> {
    let event = event.as_uuid();
    let last = Column::ReviewedEventId;
    let update = Entity::update_many()
        .value(last, event)
        .filter(Condition::any().add(last.is_null()).add(last.lt(event)));
    changed(update, tx, id).await
}

/// Returns up to `limit` users who have not verified their address since `before` or earlier.
#[boxed]
pub async fn list_unproved(conn: &Conn, before: UnixSeconds, limit: u64) -> Result<Vec<UserId>> {
    let found = Entity::find()
        .filter(unproved(before))
        .order_by_asc(Column::UnprovedSince)
        .limit(Ord::min(limit, PAGE_MAX));
    load_ids(found, conn).await
}

/// Deletes a user who has not verified the address since `before` or earlier, with all data.
/// Returns false if the user has verified it meanwhile or does not exist.
#[boxed]
pub async fn delete_unproved(
    tx: &WriteTx,
    id: UserId,
    before: UnixSeconds,
    now: UnixSeconds,
) -> Result<bool> {
    // This update decides, and locks the row until the transaction ends.
    let due = Entity::update_many()
        .col_expr(Column::UnprovedSince, Expr::col(Column::UnprovedSince))
        .filter(unproved(before));
    if !changed(due, tx, id).await? {
        return Ok(false);
    }
    delete(tx, id, now).await
}

fn unproved(before: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::UnprovedSince.lte(before))
        .add(Column::EmailVerified.eq(false))
}

/// Updates the e-mail address of a user and its verification. Returns false if the user does not
/// exist.
/// Returns [`StoreError::Conflict`] on `email_key`.
#[boxed]
pub async fn update_email(tx: &WriteTx, user: &User) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::Email, user.email.as_str())
        .value(Column::EmailKey, user.email_key.as_str())
        .value(Column::EmailVerified, user.email_verified)
        .value(Column::UpdatedAt, user.updated_at);
    changed(update, tx, user.id).await
}

/// Returns the user with this ID and locks the row until the transaction ends.
#[boxed]
pub async fn find_locked(tx: &WriteTx, id: UserId) -> Result<Option<User>> {
    with_id(id).lock_exclusive().load_one(tx).await
}

/// Updates the profile of a user as of `user.updated_at`, if the user has not changed since `seen`.
#[boxed]
pub async fn update_profile(tx: &WriteTx, user: &User, seen: UnixSeconds) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::Profile, to_json(&user.profile)?)
        .value(Column::DisplayKey, display_key(&user.profile))
        .value(Column::FamilyKey, family_key(&user.profile))
        .value(Column::UpdatedAt, user.updated_at)
        .filter(Column::UpdatedAt.eq(seen));
    changed(update, tx, user.id).await
}

/// Schedules the deletion of an account. Returns false if it is already scheduled.
#[boxed]
pub async fn schedule_deletion(tx: &WriteTx, id: UserId, due: UnixSeconds) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::DeletionDueAt, due)
        .filter(Column::DeletionDueAt.is_null());
    changed(update, tx, id).await
}

/// Cancels a scheduled deletion. Returns false if none is scheduled or the account does not exist.
#[boxed]
pub async fn cancel_deletion(tx: &WriteTx, id: UserId) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::DeletionDueAt, Option::<i64>::None)
        .filter(Column::DeletionDueAt.is_not_null());
    changed(update, tx, id).await
}

/// Returns up to `limit` accounts whose deletion is due at `now`, longest due first.
#[boxed]
pub async fn list_due(conn: &Conn, now: UnixSeconds, limit: u64) -> Result<Vec<User>> {
    Entity::find()
        .filter(Column::DeletionDueAt.lte(now))
        .order_by_asc(Column::DeletionDueAt)
        .limit(Ord::min(limit, PAGE_MAX))
        .load(conn)
        .await
}

/// Deletes a user whose deletion is due, with all data. Returns false if the deletion was canceled
/// or already done. Of concurrent callers, exactly one deletes the user.
#[boxed]
pub async fn delete_due(tx: &WriteTx, id: UserId, now: UnixSeconds) -> Result<bool> {
    // This update decides, and locks the row until the transaction ends: notifications of ended
    // sessions are written only with the deletion.
    let due = Entity::update_many()
        .col_expr(Column::DeletionDueAt, Expr::col(Column::DeletionDueAt))
        .filter(Column::DeletionDueAt.lte(now));
    if !changed(due, tx, id).await? {
        return Ok(false);
    }
    delete(tx, id, now).await
}

/// Stores a new password (a PHC string), which the user chose at `now`. It is neither
/// temporary nor withdrawn.
#[boxed]
pub async fn update_password(
    tx: &WriteTx,
    id: UserId,
    phc: &str,
    now: UnixSeconds,
) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::PasswordHash, phc)
        .value(Column::PasswordChangedAt, now)
        .value(Column::PasswordChangeRequired, false)
        .value(Column::PasswordWithdrawnAt, Option::<i64>::None)
        .value(Column::UpdatedAt, now);
    changed(update, tx, id).await
}

/// Checks that `checked` is still the hash of an active account, and replaces it by `stored` (the
/// same, or a stronger one of the same password). Returns false if the password changed or was
/// withdrawn, or the account was disabled meanwhile. Concurrent changes wait until the transaction ends.
#[boxed]
pub async fn confirm_password_hash(
    tx: &WriteTx,
    id: UserId,
    checked: &str,
    stored: &str,
) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::PasswordHash, stored)
        .filter(Column::PasswordHash.eq(checked))
        .filter(Column::PasswordWithdrawnAt.is_null())
        .filter(Column::DisabledAt.is_null());
    changed(update, tx, id).await
}

/// Records a sign-in at `now`. It is no change of the account, so `updated_at` stays.
#[boxed]
pub async fn record_login(tx: &WriteTx, id: UserId, now: UnixSeconds) -> Result<bool> {
    let update = Entity::update_many().value(Column::LastLoginAt, now);
    changed(update, tx, id).await
}

/// Sets whether the user's e-mail address is verified.
#[boxed]
pub async fn set_email_verified(
    tx: &WriteTx,
    id: UserId,
    verified: bool,
    now: UnixSeconds,
) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::EmailVerified, verified)
        .value(Column::UnprovedSince, Option::<i64>::None)
        .value(Column::UpdatedAt, now);
    changed(update, tx, id).await
}

/// Returns up to `limit` users after this ID, ordered by ID (that is, by registration).
#[boxed]
pub async fn list(conn: &Conn, after: Option<UserId>, limit: u64) -> Result<Vec<User>> {
    kept()
        .page_after(Column::Id, after.map(|id| id.as_uuid()), limit)
        .load(conn)
        .await
}

pub async fn count(conn: &Conn) -> Result<u64> {
    Ok(kept().count(conn).await?)
}

/// Deletes a user with sessions, grants, consents and role assignments, as [`deletions`] describes.
/// Returns false if the user does not exist.
#[boxed]
pub async fn delete(tx: &WriteTx, id: UserId, now: UnixSeconds) -> Result<bool> {
    deletions::start(tx, Deletion::User(id), now).await
}

async fn changed(update: UpdateMany<Entity>, tx: &WriteTx, id: UserId) -> Result<bool> {
    update
        .filter(Column::Id.eq(id.as_uuid()))
        .change_one(tx)
        .await
}
