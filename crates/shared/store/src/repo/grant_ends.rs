//! Revocations of many grants: those of a user, and those of a filter, by statements that change a
//! limited number.

use doorward_domain::boxed;
use doorward_domain::model::{GrantId, RevokeReason};
use sea_orm::prelude::Uuid;

use super::prelude::*;
use super::session_ends::BATCH;
use crate::entity::grants::{Column, Entity};

/// Revokes up to [`BATCH`] grants of a user in ended sessions except those with `offline_access`, which
/// remain after sign-out (OIDC Core §11). Returns their number.
pub async fn revoke_some_online_of_ended(
    tx: &WriteTx,
    user: UserId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    let ended = Query::select()
        .column(("sessions", "id"))
        .from("sessions")
        .and_where(Expr::col(("sessions", "user_id")).eq(user.as_uuid()))
        .and_where(Expr::col(("sessions", "ended_at")).is_not_null())
        .take();
    let mut some = unrevoked_of(user);
    some.and_where(Column::SessionId.in_subquery(ended))
        .and_where(is_online())
        .limit(BATCH);
    revocation(reason, now)
        .filter(Column::Id.in_subquery(some))
        .change(tx)
        .await
}

/// Returns the condition for a grant without `offline_access`.
pub(super) fn is_online() -> Expr {
    Expr::cust(r"(' ' || scope || ' ') NOT LIKE '% offline\_access %' ESCAPE '\'")
}

/// Revokes every grant of this session. Returns their number.
pub async fn revoke_for_session(
    tx: &WriteTx,
    session: SessionId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    revocation(reason, now)
        .filter(Column::SessionId.eq(session.as_uuid()))
        .change(tx)
        .await
}

/// Revokes the grants of this session except those with `offline_access`, which remain after
/// sign-out (OIDC Core §11). Returns their number.
pub async fn revoke_online_for_session(
    tx: &WriteTx,
    session: SessionId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    revocation(reason, now)
        .filter(Column::SessionId.eq(session.as_uuid()))
        .filter(is_online())
        .change(tx)
        .await
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantsOfUser<'a> {
    All,
    Except(GrantId),
    To(&'a ClientId),
    /// The grants in this organization.
    In(&'a str),
}

/// Revokes every grant of a user. Returns their number.
pub async fn revoke_for_user(
    tx: &WriteTx,
    user: UserId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    revoke_of_user(tx, user, GrantsOfUser::All, reason, now).await
}

/// Revokes these grants of a user. Returns their number.
pub async fn revoke_of_user(
    tx: &WriteTx,
    user: UserId,
    grants: GrantsOfUser<'_>,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    let mut revoked = 0;
    loop {
        let some = revoke_some_of_user(tx, user, grants, reason, now).await?;
        revoked += some;
        if some < BATCH {
            return Ok(revoked);
        }
    }
}

/// Revokes up to [`BATCH`] of these grants of a user. Returns their number.
pub async fn revoke_some_of_user(
    tx: &WriteTx,
    user: UserId,
    grants: GrantsOfUser<'_>,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    let mut some = unrevoked_of(user);
    some.limit(BATCH);
    match grants {
        GrantsOfUser::All => {}
        GrantsOfUser::Except(kept) => {
            some.and_where(Column::Id.ne(kept.as_uuid()));
        }
        GrantsOfUser::To(client) => {
            some.and_where(Column::ClientId.eq(client.as_str()));
        }
        GrantsOfUser::In(org) => {
            some.and_where(Column::Org.eq(org));
        }
    }
    let update = revocation(reason, now).filter(Column::Id.in_subquery(some));
    update.change(tx).await
}

/// Revokes grants of a user to a client beyond the `keep` newest ones, up to [`BATCH`]: of those with a
/// refresh token, or of those without. They are deleted like expired ones. Returns their number.
pub async fn revoke_surplus(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    (with_refresh, keep): (bool, u64),
    now: UnixSeconds,
) -> Result<u64> {
    let user = Expr::value(user.as_uuid());
    let some = surplus(
        user,
        Expr::value(client.as_str()),
        with_refresh,
        keep,
        BATCH,
    );
    let ended = Expr::case(Column::ExpiresAt.lt(now), Expr::col(Column::ExpiresAt));
    let update = revocation(RevokeReason::TooMany, now)
        .col_expr(Column::ExpiresAt, ended.finally(now).into())
        .filter(Column::Id.in_subquery(some));
    update.change(tx).await
}

/// Selects the IDs of the unrevoked grants of a user, by their index.
fn unrevoked_of(user: UserId) -> SelectStatement {
    Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::UserId.eq(user.as_uuid()))
        .and_where(Column::RevokedAt.is_null())
        .take()
}

/// Selects unrevoked grants of a user to a client beyond the `keep` newest ones.
pub(super) fn surplus(
    user: Expr,
    client: Expr,
    with_refresh: bool,
    keep: u64,
    limit: u64,
) -> SelectStatement {
    let other = |column: &'static str| Expr::col(("other", column));
    let generation = other("refresh_generation");
    let has_refresh = if with_refresh {
        generation.is_not_null()
    } else {
        generation.is_null()
    };
    Query::select()
        .expr(other("id"))
        .from_as("grants", "other")
        .and_where(other("user_id").eq(user))
        .and_where(other("revoked_at").is_null())
        .and_where(other("client_id").eq(client))
        .and_where(has_refresh)
        .order_by_expr(other("id"), Order::Desc)
        .offset(keep)
        .limit(limit)
        .take()
}

/// Revokes every grant to a client. Returns their number.
pub async fn revoke_for_client(
    tx: &WriteTx,
    client: &ClientId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<u64> {
    let update = revocation(reason, now).filter(Column::ClientId.eq(client.as_str()));
    update.change(tx).await
}

/// A filter for active grants; the default selects all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GrantFilter {
    pub user: Option<UserId>,
    pub client: Option<ClientId>,
    /// End of the time in which the grants were given.
    pub before: Option<UnixSeconds>,
}

impl GrantFilter {
    fn condition(&self, after: Option<GrantId>, now: UnixSeconds) -> Condition {
        let user = self.user.map(|user| Column::UserId.eq(user.as_uuid()));
        let client = self.client.as_ref();
        let client = client.map(|client| Column::ClientId.eq(client.as_str()));
        Condition::all()
            .add(Column::RevokedAt.is_null())
            .add(Column::ExpiresAt.gt(now))
            .add_option(user)
            .add_option(client)
            .add_option(self.before.map(|before| Column::CreatedAt.lt(before)))
            .add_option(after.map(|after| Column::Id.gt(after.as_uuid())))
    }
}

/// Revokes up to `limit` active grants of the filter after the grant `after`, in the order of their IDs.
/// Returns their number and the last one; `None` if no grant was left.
#[boxed]
pub async fn revoke_batch(
    tx: &WriteTx,
    filter: &GrantFilter,
    after: Option<GrantId>,
    limit: u64,
    (reason, now): (RevokeReason, UnixSeconds),
) -> Result<(u64, Option<GrantId>)> {
    let next = Entity::find()
        .filter(filter.condition(after, now))
        .order_by_asc(Column::Id)
        .limit(limit);
    let Some(last) = next.load_column::<Uuid>(Column::Id, tx).await?.pop() else {
        return Ok((0, None));
    };
    // A range of IDs, because a list in a statement is limited.
    let update = revocation(reason, now)
        .filter(filter.condition(after, now))
        .filter(Column::Id.lte(last));
    Ok((update.change(tx).await?, Some(GrantId::from_uuid(last))))
}

pub(super) fn revocation(reason: RevokeReason, now: UnixSeconds) -> UpdateMany<Entity> {
    Entity::update_many()
        .value(Column::RevokedAt, now)
        .value(Column::RevokeReason, reason.as_str())
        .filter(Column::RevokedAt.is_null())
}
