//! Audit log: denials, changes of access rights, and reads of restricted data. The event of a
//! change is written in the transaction of the change, and the database rejects modifications of
//! events (docs/decisions/0039).

mod event;
pub(crate) mod http;
mod query;
mod store;

use sea_orm::DbErr;
use serde_json::Value;

use crate::caller::Caller;
use crate::state::State;

pub(crate) use event::{Event, Kind, sensitive_change};
pub(crate) use store::insert;

/// Records a read of restricted data: once for each request, before the response.
pub(crate) async fn saw(
    state: &State,
    caller: &Caller<'_>,
    action: &str,
    resource: Option<String>,
    detail: &Value,
) -> Result<(), DbErr> {
    let event = Event::from_request(caller, Kind::SensitiveRead, action, resource, detail);
    insert(&state.db, state, event).await
}
