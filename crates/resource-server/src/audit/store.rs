//! Table `tasks_audit`, which is append-only.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

use super::event::Event;
use super::query::Query;
use crate::cursor::Position;
use crate::state::State;
use crate::value_list;

mod entity {
    use sea_orm::entity::prelude::*;

    use serde::Serialize;

    use crate::date_time::serialize_time;

    /// A row, which is also the event in a response, except for its `detail`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "tasks_audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[serde(serialize_with = "serialize_time")]
        pub created_at: i64,
        pub kind: String,
        #[serde(skip)]
        pub org: String,
        pub subject: Option<String>,
        pub client_id: Option<String>,
        pub ip: Option<String>,
        pub user_agent: Option<String>,
        pub action: String,
        pub resource: Option<String>,
        pub decision_id: Option<Uuid>,
        /// A JSON object.
        pub detail: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    state: &State,
    event: Event,
) -> Result<(), DbErr> {
    let now = state.clock.now();
    let row = ActiveModel {
        id: Set(state.ids.next(now)),
        created_at: Set(now),
        kind: Set(event.kind.as_str().to_owned()),
        org: Set(event.org),
        subject: Set(event.subject),
        client_id: Set(event.client_id),
        ip: Set(event.origin.ip),
        user_agent: Set(event.origin.user_agent),
        action: Set(event.action),
        resource: Set(event.resource),
        decision_id: Set(event.decision_id),
        detail: Set(event.detail.to_string()),
    };
    Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// Returns one page of events, newest first, and the start of the next page.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    query: &Query,
) -> Result<(Vec<Value>, Option<Position>), DbErr> {
    let mut all = Condition::all()
        .add(Column::Org.eq(&query.org))
        .add_option(query.subject.as_ref().map(|text| Column::Subject.eq(text)))
        .add_option(
            query
                .resource
                .as_ref()
                .map(|name| Column::Resource.eq(name)),
        );
    if !query.kinds.is_empty() {
        let values = query.kinds.iter().map(|kind| kind.as_str());
        all = all.add(value_list::is_known(Column::Kind, values));
    }
    if let Some(Position::Number(at, id)) = &query.after {
        let same = Condition::all()
            .add(Column::CreatedAt.eq(*at))
            .add(Column::Id.lt(*id));
        let older = Column::CreatedAt.lt(*at);
        all = all.add(Condition::any().add(older).add(same));
    }
    let requested = usize::from(query.limit);
    let mut rows = Entity::find()
        .filter(all)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(query.limit) + 1)
        .all(db)
        .await?;
    let more = rows.len() > requested;
    rows.truncate(requested);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| Position::Number(row.created_at, row.id));
    let events: Result<_, _> = rows.iter().map(event).collect();
    Ok((events?, next))
}

fn event(row: &Model) -> Result<Value, DbErr> {
    let detail: Value = serde_json::from_str(&row.detail)
        .map_err(|_| DbErr::Custom(format!("tasks_audit.detail of {} is not JSON", row.id)))?;
    let mut event = json!(row);
    event["detail"] = detail;
    Ok(event)
}
