//! Table `decisions`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::bounded::bounded;
use super::record::DecisionRecord;
use crate::audit::{self, Event, Kind};
use crate::origin::Origin;
use crate::state::State;

mod decision {
    use sea_orm::entity::prelude::*;

    use serde::Serialize;

    use crate::date_time::serialize_time;

    /// A row, which is also the decision in a response, together with the members of `record`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "decisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[serde(serialize_with = "serialize_time")]
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

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Inserts the denial of a request; that of a known caller with its audit event.
pub(super) async fn insert(
    state: &State,
    record: DecisionRecord,
    request: &HttpRequest,
    status: StatusCode,
) -> Result<(), DbErr> {
    let id = record.id.as_uuid();
    let (method, path) = (request.method().to_string(), request.path().to_owned());
    let (origin, status) = (Origin::from_request(request), status.as_u16());
    let (_turn, tx) = state.begin().await?;
    let row = decision::ActiveModel {
        id: Set(id),
        created_at: Set(state.clock.now()),
        org: Set(record.org.clone()),
        subject: Set(record.subject.clone()),
        client_id: Set(record.client_id.clone()),
        ip: Set(origin.ip.clone()),
        user_agent: Set(origin.user_agent.clone()),
        method: Set(method.clone()),
        path: Set(path.clone()),
        action: Set(record.action.clone()),
        status: Set(status.into()),
        resource: Set(record.resource.clone()),
        record: Set(bounded(record.detail)),
    };
    decision::Entity::insert(row)
        .exec_without_returning(&tx)
        .await?;
    if record.subject.is_some() {
        let event = Event {
            kind: Kind::PermissionDenied,
            org: record.org,
            subject: record.subject,
            client_id: record.client_id,
            origin,
            action: record.action,
            resource: record.resource,
            decision_id: Some(id),
            detail: json!({"method": method, "path": path, "status": status}),
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
