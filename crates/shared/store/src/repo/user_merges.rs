//! Merged users: a client that knew a user goes on receiving their subject for the user that remains.

use doorward_domain::boxed;
use doorward_domain::model::TotpFactor;

use super::grant_ends::is_online;
use super::prelude::*;
use crate::entity::subject_aliases::{Column, Entity};
use crate::entity::{consents, grants, linked_accounts, passkeys};

/// Returns true if a client knows any user by the subject of another one.
#[boxed]
pub async fn has_alias(conn: &Conn) -> Result<bool> {
    Entity::has(conn, Condition::all()).await
}

/// Returns the user whose subject this client knows for a user.
#[boxed]
pub async fn find_alias(conn: &Conn, client: &ClientId, user: UserId) -> Result<Option<UserId>> {
    let found = Entity::find_by_id((client.as_str().to_owned(), user.as_uuid()));
    let row = found.one(conn).await?;
    Ok(row.map(|row| UserId::from_uuid(row.former_id)))
}

/// Returns the user whom this client knows by the subject of a former user.
#[boxed]
pub async fn find_by_alias(
    conn: &Conn,
    client: &ClientId,
    former: UserId,
) -> Result<Option<UserId>> {
    let row = Entity::find()
        .filter(Column::ClientId.eq(client.as_str()))
        .filter(Column::FormerId.eq(former.as_uuid()))
        .one(conn)
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.user_id)))
}

/// Returns up to `limit` clients with a consent or a grant of a user after this one, ordered by ID.
#[boxed]
pub async fn clients(
    conn: &Conn,
    user: UserId,
    after: Option<&ClientId>,
    limit: u64,
) -> Result<Vec<ClientId>> {
    let known = |table: &'static str| {
        let mut query = select_one("clients");
        query
            .clear_selects()
            .column(("clients", "id"))
            .from(table)
            .and_where(Expr::col((table, "client_id")).equals(("clients", "id")))
            .and_where(Expr::col((table, "user_id")).eq(user.as_uuid()))
            .and_where(is_kept("clients"));
        query
    };
    let mut all = known("consents");
    all.union(sea_orm::sea_query::UnionType::Distinct, known("grants"));
    let mut query = Query::select();
    query
        .column(("known", "id"))
        .from_subquery(all, "known")
        .order_by(("known", "id"), Order::Asc)
        .limit(Ord::min(limit, PAGE_MAX));
    if let Some(last) = after {
        query.and_where(Expr::col(("known", "id")).gt(last.as_str()));
    }
    let read = |row: &QueryResult| {
        let id: String = row.try_get("", "id")?;
        Ok(ClientId::parse(&id))
    };
    let found = read_all(conn, &query, read).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Returns true if a client has a consent or a grant of a user.
#[boxed]
pub async fn knows(conn: &Conn, client: &ClientId, user: UserId) -> Result<bool> {
    let consent = Condition::all()
        .add(consents::Column::ClientId.eq(client.as_str()))
        .add(consents::Column::UserId.eq(user.as_uuid()));
    let grant = Condition::all()
        .add(grants::Column::ClientId.eq(client.as_str()))
        .add(grants::Column::UserId.eq(user.as_uuid()));
    Ok(consents::Entity::has(conn, consent).await? || grants::Entity::has(conn, grant).await?)
}

/// Moves the consent and the grants with `offline_access` of a user at a client to another user, who is
/// known there by the subject of `former` from now on. Returns the number of grants.
#[boxed]
pub async fn move_client(
    tx: &WriteTx,
    client: &ClientId,
    (from, into): (UserId, UserId),
    former: UserId,
) -> Result<u64> {
    let alias = crate::entity::subject_aliases::ActiveModel {
        client_id: Set(client.as_str().to_owned()),
        user_id: Set(into.as_uuid()),
        former_id: Set(former.as_uuid()),
    };
    insert_new(tx, alias, [Column::ClientId, Column::UserId]).await?;
    consents::Entity::update_many()
        .value(consents::Column::UserId, into.as_uuid())
        .filter(consents::Column::UserId.eq(from.as_uuid()))
        .filter(consents::Column::ClientId.eq(client.as_str()))
        .run(tx)
        .await?;
    grants::Entity::update_many()
        .value(grants::Column::UserId, into.as_uuid())
        .value(grants::Column::SubjectId, former.as_uuid())
        .filter(grants::Column::UserId.eq(from.as_uuid()))
        .filter(grants::Column::ClientId.eq(client.as_str()))
        .filter(grants::Column::RevokedAt.is_null())
        .filter(is_online().not())
        .change(tx)
        .await
}

/// Moves the linked accounts of a user to another one. Returns their number.
#[boxed]
pub async fn move_links(tx: &WriteTx, from: UserId, into: UserId) -> Result<u64> {
    linked_accounts::Entity::update_many()
        .value(linked_accounts::Column::UserId, into.as_uuid())
        .filter(linked_accounts::Column::UserId.eq(from.as_uuid()))
        .change(tx)
        .await
}

/// Moves the passkeys of a user to another one. Their authenticators keep the user handle. Returns their
/// number.
#[boxed]
pub async fn move_passkeys(tx: &WriteTx, from: UserId, into: UserId) -> Result<u64> {
    let handle = Func::coalesce([
        Expr::col(passkeys::Column::Handle),
        Expr::value(from.as_uuid()),
    ]);
    passkeys::Entity::update_many()
        .value(passkeys::Column::UserId, into.as_uuid())
        .col_expr(passkeys::Column::Handle, handle.into())
        .filter(passkeys::Column::UserId.eq(from.as_uuid()))
        .change(tx)
        .await
}

/// Gives a confirmed authenticator app to a user who has none, and removes it from its former user.
/// Returns false if the user has one.
#[boxed]
pub async fn move_app(tx: &WriteTx, from: UserId, moved: &TotpFactor) -> Result<bool> {
    if !super::totp_factors::insert_unconfirmed(tx, moved).await? {
        return Ok(false);
    }
    super::totp_factors::remove(tx, from).await?;
    super::recovery_codes::remove_all(tx, from).await?;
    Ok(true)
}
