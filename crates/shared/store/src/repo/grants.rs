//! Grants of clients.

use doorward_domain::boxed;
use doorward_domain::model::{
    Authentication, CodeError, EffectiveRoles, Grant, GrantId, RefreshFamily, RevokeReason, Session,
};
use doorward_domain::mutant::{self, Safeguard};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ActiveModelTrait as _, Value};

use super::grant_ends::{revocation, surplus};
use super::prelude::*;
use super::roles::role_column::{self, ANYWHERE, ROLES, RoleColumns};
use super::statement_text::StatementText;
use crate::entity::grants::{ActiveModel, Column, Entity, Model};
use crate::entity::{sessions, users};

pub use super::grant_ends::{
    GrantsOfUser, revoke_for_client, revoke_for_session, revoke_for_user, revoke_of_user,
    revoke_online_for_session, revoke_some_of_user, revoke_some_online_of_ended, revoke_surplus,
};

/// Inserts a grant.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if its ID exists, and [`StoreError::MissingReference`] if it refers
/// to a record that does not exist.
#[boxed]
pub async fn insert(tx: &WriteTx, grant: &Grant) -> Result<()> {
    static TEXT: StatementText = StatementText::new();
    let row = ActiveModel::try_from(grant)?;
    let values = Column::iter().filter_map(|column| row.get(column).into_value());
    let statement = TEXT.statement(tx.get_database_backend(), values.collect(), || {
        Entity::insert(row.clone()).into_query()
    });
    tx.execute_raw(statement).await?;
    Ok(())
}

/// A grant with all records that its validity depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct GrantContext {
    pub grant: Grant,
    /// User of the grant; `None` if the account was deleted.
    pub user: Option<User>,
    /// Session in which the grant began; `None` if the row was deleted.
    pub session: Option<Session>,
    /// Membership of the user in the grant's organization; true if the grant has none.
    pub is_member: bool,
}

/// Column with a grant beyond a limit.
const SURPLUS: &str = "surplus";

#[boxed]
pub async fn find(conn: &Conn, id: GrantId) -> Result<Option<Grant>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

#[derive(Clone, PartialEq, Debug)]
pub struct GrantRoles {
    /// Roles within the organization of the grant.
    pub there: EffectiveRoles,
    /// Roles in any organization, if requested.
    pub anywhere: Option<EffectiveRoles>,
}

/// A limit on the grants of a user to a client: of those with a refresh token, or of those without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GrantLimit {
    pub with_refresh: bool,
    /// Maximum number, at least one.
    pub keep: u64,
}

impl GrantLimit {
    /// Returns the maximum number before the first tokens of a grant. It counts among those without a
    /// refresh token already.
    fn kept(self) -> u64 {
        self.keep.saturating_sub(u64::from(self.with_refresh))
    }
}

/// A grant for its first tokens.
#[derive(Clone, PartialEq, Debug)]
pub struct RedeemableGrant {
    pub context: GrantContext,
    pub roles: GrantRoles,
    /// True if another grant of the limited kind would be one too many.
    pub is_full: bool,
}

/// Returns the grant with this ID, its user, its session and the user's roles at `now` in one
/// statement: the roles within the grant's organization, and with `anywhere` those in any
/// organization. It also returns whether the grants of its user to its client have reached the limit.
#[boxed]
pub async fn find_redeemable(
    conn: &Conn,
    id: GrantId,
    anywhere: bool,
    limit: Option<GrantLimit>,
    now: UnixSeconds,
) -> Result<Option<RedeemableGrant>> {
    static TEXTS: [StatementText; 6] = [const { StatementText::new() }; 6];
    let there = RoleColumns::of_grant();
    let backend = conn.get_database_backend();
    let select = || {
        let mut query = with_user_session(id);
        role_column::select(&mut query, backend, (ROLES, there), now);
        if anywhere {
            let anywhere = RoleColumns::anywhere(there.user);
            role_column::select(&mut query, backend, (ANYWHERE, anywhere), now);
        }
        if let Some(limit) = limit {
            let own = |column: &'static str| Expr::col(("grants", column));
            let (user, client) = (own("user_id"), own("client_id"));
            let others = surplus(user, client, limit.with_refresh, limit.kept(), 1);
            query.expr_as(others, SURPLUS);
        }
        query
    };
    let times = role_column::TIMES * (1 + usize::from(anywhere));
    let mut values = vec![Value::from(now); times];
    if let Some(limit) = limit {
        values.extend([Value::from(1_u64), Value::from(limit.kept())]);
    }
    values.push(id.as_uuid().into());
    let kind = limit.map_or(0, |limit| 1 + usize::from(limit.with_refresh));
    let text = &TEXTS[usize::from(anywhere) + 2 * kind];
    let statement = text.statement(backend, values, select);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let anywhere = anywhere.then(|| role_column::read(&row, ANYWHERE));
    Ok(Some(RedeemableGrant {
        context: context(&row)?,
        roles: GrantRoles {
            there: role_column::read(&row, ROLES)?,
            anywhere: anywhere.transpose()?,
        },
        is_full: limit.is_some() && row.try_get::<Option<Uuid>>("", SURPLUS)?.is_some(),
    }))
}

pub(super) fn with_user_session(id: GrantId) -> SelectStatement {
    let mut query = Query::select();
    select_all::<Entity>(&mut query, "grants", "g_");
    select_all::<users::Entity>(&mut query, "users", "u_");
    select_all::<sessions::Entity>(&mut query, "sessions", "s_");
    query
        .expr_as(Expr::col(("grants", "org")), "member_of")
        .expr_as(Expr::col(("o", "active")), "member_active")
        .expr_as(Expr::col(("m", "is_owner")), "member_owner")
        .from("grants")
        .left_join("users", is_owner("grants"))
        .left_join(
            "sessions",
            Expr::col(("sessions", "id")).equals(("grants", "session_id")),
        )
        .join_as(
            JoinType::LeftJoin,
            "organizations",
            "o",
            Expr::col(("o", "slug")).equals(("grants", "org")),
        )
        .join_as(
            JoinType::LeftJoin,
            "organization_members",
            "m",
            Expr::col(("m", "org"))
                .equals(("grants", "org"))
                .and(Expr::col(("m", "user_id")).equals(("grants", "user_id"))),
        )
        .and_where(Expr::col(("grants", "id")).eq(id.as_uuid()));
    query
}

pub(super) fn context(row: &QueryResult) -> Result<GrantContext> {
    Ok(GrantContext {
        grant: joined::<Model, _>(row, "g_")?,
        user: joined_optional::<users::Model, _>(row, "u_")?,
        session: joined_optional::<sessions::Model, _>(row, "s_")?,
        is_member: is_member(row)?,
    })
}

/// Returns the active (neither revoked nor expired) grants of a user, newest first, at most
/// [`PAGE_MAX`].
#[boxed]
pub async fn list_for_user(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<Grant>> {
    live(user, now)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(PAGE_MAX)
        .load(conn)
        .await
}

/// Returns true if the user has an unrevoked grant for this client, which may have expired.
#[boxed]
pub async fn has_any(conn: &Conn, user: UserId, client: &ClientId) -> Result<bool> {
    let unrevoked = Condition::all()
        .add(Column::UserId.eq(user.as_uuid()))
        .add(Column::ClientId.eq(client.as_str()))
        .add(Column::RevokedAt.is_null());
    Entity::has(conn, unrevoked).await
}

/// Selects the active grants of a user. A grant whose code is not redeemed ends with the code.
pub(super) fn live(user: UserId, now: UnixSeconds) -> Select<Entity> {
    Entity::find()
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(active(now))
}

/// Returns the condition for active grants.
pub(super) fn active(now: UnixSeconds) -> Condition {
    let lasts = redeemed().or(Column::CodeExpiresAt.gt(now));
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
        .add(lasts)
}

/// Selects the grants without an unused code.
pub(super) fn redeemed() -> SimpleExpr {
    let code = Column::CodeHash.is_null();
    code.or(Column::CodeUsedAt.is_not_null())
}

/// Consumes the code of a grant and stores the first refresh token, if there is one. Of concurrent
/// callers on all replicas, exactly one gets true.
#[boxed]
pub async fn redeem(
    tx: &WriteTx,
    id: GrantId,
    family: Option<&RefreshFamily>,
    now: UnixSeconds,
) -> Result<bool> {
    static TEXTS: [StatementText; 2] = [const { StatementText::new() }; 2];
    let update = || {
        let mut update = Entity::update_many().value(Column::CodeUsedAt, now);
        if let Some(family) = family {
            update = set_family(update, family);
        }
        unused_code(update, id).into_query()
    };
    let mut values: Vec<Value> = Vec::with_capacity(FAMILY.len() + 2);
    values.push(now.into());
    values.extend(family.into_iter().flat_map(family_values));
    values.push(id.as_uuid().into());
    let text = &TEXTS[usize::from(family.is_some())];
    let statement = text.statement(tx.get_database_backend(), values, update);
    Ok(tx.execute_raw(statement).await?.rows_affected() == 1)
}

/// Consumes the code of a grant without tokens, records the reason so that a retry gets the same
/// response, and ends the grant. Returns false if the code was consumed before.
#[boxed]
pub async fn reject_code(
    tx: &WriteTx,
    id: GrantId,
    problem: Option<CodeError>,
    now: UnixSeconds,
) -> Result<bool> {
    let problem = problem.map(CodeError::as_str);
    let update = Entity::update_many()
        .value(Column::CodeUsedAt, now)
        .value(Column::CodeProblem, problem)
        .value(Column::ExpiresAt, now);
    unused_code(update, id).change_one(tx).await
}

fn unused_code(update: UpdateMany<Entity>, id: GrantId) -> UpdateMany<Entity> {
    update
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(guarded(
            Safeguard::CodeUsedOnce,
            Column::CodeUsedAt.is_null(),
        ))
}

/// Replaces the current refresh token of a grant, which has the generation `current`, or stores the
/// first one. Of concurrent callers on all replicas, exactly one gets true.
#[boxed]
pub async fn rotate(
    tx: &WriteTx,
    id: GrantId,
    current: Option<u32>,
    family: &RefreshFamily,
) -> Result<bool> {
    static TEXTS: [StatementText; 2] = [const { StatementText::new() }; 2];
    let update = || {
        // `None` is equal to null.
        let generation = Column::RefreshGeneration.eq(current.map(i64::from));
        set_family(Entity::update_many(), family)
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::RevokedAt.is_null())
            .filter(guarded(Safeguard::RefreshSpentOnce, generation))
            .into_query()
    };
    let mut values: Vec<Value> = Vec::with_capacity(FAMILY.len() + 2);
    values.extend(family_values(family));
    values.push(id.as_uuid().into());
    let compared = current.filter(|_| !mutant::is_disabled(Safeguard::RefreshSpentOnce));
    values.extend(compared.map(|current| Value::from(i64::from(current))));
    let text = &TEXTS[usize::from(current.is_some())];
    let statement = text.statement(tx.get_database_backend(), values, update);
    Ok(tx.execute_raw(statement).await?.rows_affected() == 1)
}

/// The columns of the refresh family of a grant.
const FAMILY: [Column; 7] = [
    Column::RefreshGeneration,
    Column::RefreshHash,
    Column::RefreshSealed,
    Column::RefreshJkt,
    Column::RefreshCertificate,
    Column::RefreshIssuedAt,
    Column::RefreshExpiresAt,
];

/// Returns the values of [`FAMILY`], in its order.
fn family_values(family: &RefreshFamily) -> [Value; FAMILY.len()] {
    [
        i64::from(family.generation).into(),
        to_bytes(&family.hash).into(),
        family.sealed.clone().into(),
        family.dpop_jkt.clone().into(),
        family.certificate_thumbprint.clone().into(),
        family.issued_at.into(),
        family.expires_at.into(),
    ]
}

fn set_family(update: UpdateMany<Entity>, family: &RefreshFamily) -> UpdateMany<Entity> {
    let pairs = FAMILY.into_iter().zip(family_values(family));
    pairs.fold(update, |update, (column, value)| {
        update.value(column, value)
    })
}

/// Sets the expiry of the current refresh token, which is not rotated. Returns false if it was
/// consumed or revoked.
#[boxed]
pub async fn extend(
    tx: &WriteTx,
    id: GrantId,
    current: u32,
    expires_at: UnixSeconds,
) -> Result<bool> {
    Entity::update_many()
        .value(Column::RefreshExpiresAt, expires_at)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::RefreshGeneration.eq(i64::from(current)))
        .change_one(tx)
        .await
}

/// Updates the authentication of a grant. Returns false if the grant has ended.
#[boxed]
pub async fn set_proof(tx: &WriteTx, id: GrantId, authentication: &Authentication) -> Result<bool> {
    let update = Entity::update_many()
        .value(Column::AuthTime, authentication.auth_time)
        .value(Column::Acr, authentication.acr.as_str())
        .value(Column::Amr, to_json(&authentication.amr)?)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::RevokedAt.is_null());
    update.change_one(tx).await
}

/// Revokes a grant with its code, refresh family and access tokens. Returns false if it was already
/// revoked; the first reason is kept.
#[boxed]
pub async fn revoke(
    tx: &WriteTx,
    id: GrantId,
    reason: RevokeReason,
    now: UnixSeconds,
) -> Result<bool> {
    let update = revocation(reason, now).filter(Column::Id.eq(id.as_uuid()));
    update.change_one(tx).await
}

purge_by!(ExpiresAt);

/// Returns up to `limit` grants after this one whose code expired before `before` without being
/// redeemed.
///
/// Grants are created in the order of their IDs, so that no index is needed: only the grants of
/// [`UNREDEEMED_SPAN`] are looked at. Older ones are deleted when they expire.
#[boxed]
pub async fn list_unredeemed(
    conn: &Conn,
    after: Option<GrantId>,
    before: UnixSeconds,
    limit: u64,
) -> Result<Vec<GrantId>> {
    let from = first_id(before - UNREDEEMED_SPAN);
    let ids = Entity::find()
        .filter(Column::Id.gt(after.map_or(from, |after| Ord::max(after.as_uuid(), from))))
        .filter(Column::Id.lt(first_id(before)))
        .filter(unredeemed(before))
        .order_by_asc(Column::Id)
        .limit(limit)
        .load_column(Column::Id, conn)
        .await?;
    Ok(ids.into_iter().map(GrantId::from_uuid).collect())
}

/// Deletes those of the grants whose code expired before `before` without being redeemed. Returns
/// their number.
#[boxed]
pub async fn remove_unredeemed(
    tx: &WriteTx,
    grants: &[GrantId],
    before: UnixSeconds,
) -> Result<u64> {
    let mut removed = 0;
    for part in parts(grants.iter().map(GrantId::as_uuid)) {
        let those = unredeemed(before).add(part.contains(Expr::col(Column::Id)));
        removed += Entity::delete_by(tx, those).await?;
    }
    Ok(removed)
}

fn unredeemed(before: UnixSeconds) -> Condition {
    Condition::all()
        .add(Column::CodeUsedAt.is_null())
        .add(Column::CodeExpiresAt.lt(before))
}

/// Seconds of grants in which unredeemed ones are looked for: longer than a server is usually
/// stopped.
const UNREDEEMED_SPAN: i64 = 7 * 24 * 60 * 60;

/// Returns the lowest ID (version 7, RFC 9562 §5.7) of this time.
fn first_id(time: UnixSeconds) -> Uuid {
    let millis = u64::try_from(time.saturating_mul(1000)).unwrap_or_default();
    Uuid::from_u128(u128::from(millis) << 80)
}

/// Returns true if the grant has no organization, or if it is active and the user is a member.
fn is_member(row: &QueryResult) -> Result<bool> {
    let org: Option<String> = row.try_get("", "member_of")?;
    let active: Option<bool> = row.try_get("", "member_active")?;
    let member: Option<bool> = row.try_get("", "member_owner")?;
    Ok(org.is_none() || (active == Some(true) && member.is_some()))
}
