//! Table `decisions`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::bounded::bounded;
use crate::address::Origin;
use crate::audit::{self, Event, Kind};
use crate::decision_record::DecisionRecord;
use crate::state::State;

pub(super) mod decision {
    use sea_orm::entity::prelude::*;

    use serde::Serialize;
    use utoipa::ToSchema;

    use crate::date_time::serialize_time;

    // A row, which is also the decision in a response, together with the members of `record`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, ToSchema)]
    #[sea_orm(table_name = "decisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        #[schema(value_type = String, format = "uuid")]
        pub id: Uuid,
        #[serde(serialize_with = "serialize_time")]
        #[schema(value_type = String, format = DateTime)]
        pub created_at: i64,
        pub subject: Option<String>,
        pub client_id: Option<String>,
        pub ip: Option<String>,
        pub user_agent: Option<String>,
        #[serde(rename = "organization")]
        pub org: String,
        pub method: String,
        pub path: String,
        pub action: String,
        pub status: i32,
        pub resource: Option<String>,
        /// JSON.
        #[serde(skip)]
        pub record: String,
    }

    crate::entity::plain_entity!();
}

fn row(
    state: &State,
    record: DecisionRecord,
    request: &HttpRequest,
    status: StatusCode,
) -> decision::Model {
    let origin = Origin::from_request(request);
    decision::Model {
        id: record.id.as_uuid(),
        created_at: state.clock.now(),
        org: record.org,
        subject: record.subject,
        client_id: record.client_id,
        ip: origin.ip,
        user_agent: origin.user_agent,
        method: request.method().to_string(),
        path: request.path().to_owned(),
        action: record.action,
        status: status.as_u16().into(),
        resource: record.resource,
        record: bounded(record.detail),
    }
}

/// Inserts denials that a service asked for. They are no audit events: no request was denied.
pub(crate) async fn insert_asked(
    state: &State,
    records: Vec<DecisionRecord>,
    request: &HttpRequest,
) -> Result<(), DbErr> {
    if records.is_empty() {
        return Ok(());
    }
    let (_turn, tx) = state.begin().await?;
    for record in records {
        let row = row(state, record, request, StatusCode::OK).into_active_model();
        decision::Entity::insert(row)
            .exec_without_returning(&tx)
            .await?;
    }
    tx.commit().await
}

/// Inserts the denial of a request; that of a known caller with its audit event.
pub(super) async fn insert(
    state: &State,
    record: DecisionRecord,
    request: &HttpRequest,
    status: StatusCode,
) -> Result<(), DbErr> {
    let row = row(state, record, request, status);
    let (_turn, tx) = state.begin().await?;
    decision::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&tx)
        .await?;
    if row.subject.is_some() {
        let detail = json!({"method": row.method, "path": row.path, "status": row.status});
        let event = Event {
            kind: Kind::PermissionDenied.as_str().to_owned(),
            org: row.org,
            subject: row.subject,
            client_id: row.client_id,
            ip: row.ip,
            user_agent: row.user_agent,
            action: row.action,
            resource: row.resource,
            decision_id: Some(row.id),
            detail: detail.to_string(),
            ..Event::default()
        };
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
) -> Result<Option<Value>, DbErr> {
    let org = org.map(|org| decision::Column::Org.eq(org));
    let select = decision::Entity::find_by_id(id).filter(Condition::all().add_option(org));
    let Some(row) = select.one(db).await? else {
        return Ok(None);
    };
    let record: Value = serde_json::from_str(&row.record)
        .map_err(|_| DbErr::Custom(format!("decisions.record of {id} is not JSON")))?;
    let mut decision = json!(row);
    if let (Some(decision), Value::Object(record)) = (decision.as_object_mut(), record) {
        decision.extend(record);
    }
    Ok(Some(decision))
}
