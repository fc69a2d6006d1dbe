//! Table `tasks_audit`, which is append-only.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

use super::event::Event;
use super::event::entity::{Column, Entity};
use super::query::Query;
use crate::cursor::Position;
use crate::state::State;
use crate::value_list;

/// Inserts an event, with its ID and time.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    state: &State,
    event: Event,
) -> Result<(), DbErr> {
    let now = state.clock.now();
    let row = Event {
        id: state.ids.next(now),
        created_at: now,
        ..event
    };
    Entity::insert(row.into_active_model())
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

fn event(row: &Event) -> Result<Value, DbErr> {
    let detail: Value = serde_json::from_str(&row.detail)
        .map_err(|_| DbErr::Custom(format!("tasks_audit.detail of {} is not JSON", row.id)))?;
    let mut event = json!(row);
    event["detail"] = detail;
    Ok(event)
}
