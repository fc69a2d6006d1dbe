//! Clients to be notified that a session has ended (OIDC Back-Channel Logout §2.7).
//!
//! The rows are written by the functions that end sessions ([`sessions::end`](super::sessions::end)
//! and others), in the same transaction, so that none can omit them. A worker turns each into a
//! job.

use doorward_domain::model::{LogoutNotification, SessionId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::query::{ChangeRows as _, models};
use crate::db::{Conn, WriteTx};
use crate::entity::logout_notices::{ActiveModel, Column, Entity};
use crate::error::StoreError;

/// Enqueues notifications for the clients with a grant in one of these sessions and a logout URI.
pub(super) async fn enqueue(tx: &WriteTx, ended: &[SessionId]) -> Result<(), StoreError> {
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

/// Returns up to `limit` notifications that are not jobs yet.
pub async fn list<C: Conn>(conn: &C, limit: u64) -> Result<Vec<LogoutNotification>, StoreError> {
    models(Entity::find().limit(limit).all(conn).await?)
}

/// Counts the notifications that are not jobs yet.
pub async fn count<C: Conn>(conn: &C) -> Result<u64, StoreError> {
    Ok(Entity::find().count(conn).await?)
}

/// Deletes a notification to turn it into a job: of concurrent workers, exactly one gets true.
pub async fn take(tx: &WriteTx, notice: &LogoutNotification) -> Result<bool, StoreError> {
    Entity::delete_many()
        .filter(Column::SessionId.eq(notice.session_id.as_uuid()))
        .filter(Column::ClientId.eq(notice.client_id.as_str()))
        .change_one(tx)
        .await
}
