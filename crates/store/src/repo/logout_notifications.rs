//! Clients that are to be told that a session has ended (OIDC Back-Channel Logout §2.7).
//!
//! The rows are written by whatever ends a session ([`sessions::end`](super::sessions::end) and its
//! like), in the same transaction, so that no way of ending one can forget them; a worker makes a job
//! of each.

use doorward_domain::model::{LogoutNotification, SessionId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::query::models;
use crate::db::{Conn, WriteTx};
use crate::entity::logout_notices::{ActiveModel, Column, Entity};
use crate::entity::sessions;
use crate::error::StoreError;

/// Notes for each of these sessions the clients with a grant in it that want to be told.
pub(super) async fn promise(tx: &WriteTx, ended: &[SessionId]) -> Result<(), StoreError> {
    if ended.is_empty() {
        return Ok(());
    }
    let mut query = Query::select();
    query
        .distinct()
        .expr_as(Expr::col(("grants", "session_id")), Alias::new("session"))
        .expr_as(Expr::col(("grants", "client_id")), Alias::new("client"))
        .expr_as(Expr::col(("grants", "user_id")), Alias::new("person"))
        .from("grants")
        .inner_join(
            "clients",
            Expr::col(("clients", "id")).equals(("grants", "client_id")),
        )
        .and_where(Expr::col(("clients", "backchannel_logout_uri")).is_not_null())
        .and_where(Expr::col(("grants", "session_id")).is_in(ended.iter().map(SessionId::as_uuid)));
    for row in tx.query_all(&query).await? {
        let notice = ActiveModel {
            session_id: Set(row.try_get::<Uuid>("", "session")?),
            client_id: Set(row.try_get("", "client")?),
            user_id: Set(row.try_get::<Uuid>("", "person")?),
        };
        let mut keep = OnConflict::columns([Column::SessionId, Column::ClientId]);
        keep.do_nothing();
        Entity::insert(notice)
            .on_conflict(keep)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The same for every session of a person that has not ended, before they are deleted with it.
pub(super) async fn promise_for_user(tx: &WriteTx, user: UserId) -> Result<(), StoreError> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.as_uuid()))
        .filter(sessions::Column::EndedAt.is_null())
        .all(tx)
        .await?;
    let ended: Vec<SessionId> = rows
        .iter()
        .map(|row| SessionId::from_uuid(row.id))
        .collect();
    promise(tx, &ended).await
}

/// Some that wait to be made jobs.
pub async fn list<C: Conn>(conn: &C, limit: u64) -> Result<Vec<LogoutNotification>, StoreError> {
    models(Entity::find().limit(limit).all(conn).await?)
}

/// How many wait.
pub async fn count<C: Conn>(conn: &C) -> Result<u64, StoreError> {
    Ok(Entity::find().count(conn).await?)
}

/// Takes one to make it a job: of several workers one gets true.
pub async fn take(tx: &WriteTx, notice: &LogoutNotification) -> Result<bool, StoreError> {
    let taken = Entity::delete_many()
        .filter(Column::SessionId.eq(notice.session_id.as_uuid()))
        .filter(Column::ClientId.eq(notice.client_id.as_str()))
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}
