//! Clients to be notified that a session has ended (OIDC Back-Channel Logout §2.7).
//!
//! The rows are written by the functions that end sessions ([`sessions::end`](super::sessions::end)
//! and others), in the same transaction, so that none can omit them. A worker turns each into a
//! job.

use doorward_domain::model::{LogoutNotification, SessionId};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::query::{ChangeRows as _, models};
use super::value_list::parts;
use crate::db::{Conn, WriteTx};
use crate::entity::logout_notices::{Column, Entity};
use crate::error::StoreError;

/// Enqueues notifications for the clients with a grant in one of these sessions and a logout URI.
pub(super) async fn enqueue(tx: &WriteTx, ended: &[SessionId]) -> Result<(), StoreError> {
    for part in parts(ended.iter().map(SessionId::as_uuid)) {
        insert_of(tx, part.contains(Expr::col(("grants", "session_id")))).await?;
    }
    Ok(())
}

/// Inserts the notifications of the sessions that meet the condition.
async fn insert_of(tx: &WriteTx, sessions: Expr) -> Result<(), StoreError> {
    let select = Query::select()
        .distinct()
        .column(("grants", "session_id"))
        .column(("grants", "client_id"))
        .column(("grants", "user_id"))
        .from("grants")
        .inner_join(
            "clients",
            Expr::col(("clients", "id")).equals(("grants", "client_id")),
        )
        .and_where(Expr::col(("clients", "backchannel_logout_uri")).is_not_null())
        .and_where(sessions)
        .take();
    let mut keep = OnConflict::columns([Column::SessionId, Column::ClientId]);
    keep.do_nothing();
    let mut insert = Query::insert();
    insert
        .into_table(Entity)
        .columns([Column::SessionId, Column::ClientId, Column::UserId])
        .on_conflict(keep);
    insert
        .select_from(select)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    tx.execute(&insert).await?;
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
