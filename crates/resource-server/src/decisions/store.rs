//! Table `decisions`.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::bounded::bounded;
use super::record::Denial;
use crate::audit::{self, Event, Kind};
use crate::date_time::format_time;
use crate::state::State;

mod decision {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "decisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub created_at: i64,
        pub org: String,
        pub subject: Option<String>,
        pub client_id: Option<String>,
        pub ip: Option<String>,
        pub user_agent: Option<String>,
        pub method: String,
        pub path: String,
        pub action: String,
        pub status: i32,
        pub resource: Option<String>,
        /// JSON.
        pub record: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Inserts a denial and its audit event.
pub(super) async fn insert(state: &State, denial: Denial) -> Result<(), DbErr> {
    let Denial {
        record,
        method,
        path,
        status,
        origin,
        now,
    } = denial;
    let id = record.id.as_uuid();
    let event = Event {
        kind: Kind::PermissionDenied,
        org: record.org.clone(),
        subject: record.subject.clone(),
        client_id: record.client_id.clone(),
        origin: origin.clone(),
        action: record.action.clone(),
        resource: record.resource.clone(),
        decision_id: Some(id),
        detail: json!({"method": method, "path": path, "status": status}),
    };
    let known = record.subject.is_some();
    let (_turn, tx) = state.begin().await?;
    let row = decision::ActiveModel {
        id: Set(id),
        created_at: Set(now),
        org: Set(record.org),
        subject: Set(record.subject),
        client_id: Set(record.client_id),
        ip: Set(origin.ip),
        user_agent: Set(origin.user_agent),
        method: Set(method),
        path: Set(path),
        action: Set(record.action),
        status: Set(status.into()),
        resource: Set(record.resource),
        record: Set(bounded(record.detail)),
    };
    decision::Entity::insert(row)
        .exec_without_returning(&tx)
        .await?;
    if known {
        audit::insert(&tx, state, event).await?;
    }
    tx.commit().await
}

/// Returns the decision with this ID as JSON: of one organization, or of any for an operator with
/// database access.
pub(crate) async fn find<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    org: Option<&str>,
) -> Result<Option<serde_json::Value>, DbErr> {
    let mut select = decision::Entity::find_by_id(id);
    if let Some(org) = org {
        select = select.filter(decision::Column::Org.eq(org));
    }
    let Some(row) = select.one(db).await? else {
        return Ok(None);
    };
    let corrupt = |_| DbErr::Custom(format!("decisions.record of {id} is not JSON"));
    let record: serde_json::Value = serde_json::from_str(&row.record).map_err(corrupt)?;
    let mut decision = serde_json::json!({
        "id": row.id,
        "created_at": format_time(row.created_at),
        "subject": row.subject,
        "client_id": row.client_id,
        "ip": row.ip,
        "user_agent": row.user_agent,
        "organization": row.org,
        "method": row.method,
        "path": row.path,
        "action": row.action,
        "status": row.status,
        "resource": row.resource,
    });
    if let (Some(decision), serde_json::Value::Object(record)) = (decision.as_object_mut(), record)
    {
        decision.extend(record);
    }
    Ok(Some(decision))
}
