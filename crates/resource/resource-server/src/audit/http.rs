//! `/api/audit/`: audit events of the caller's organization.

use doorward_access::guard::{Allowed, Routes};
use doorward_access::permission;
use sea_orm::DatabaseExecutor;

use super::query::Query;
use super::store;
use crate::access_log;
use crate::caller::Call;
use crate::problem::Answer;
use crate::request::page;

permission!(pub(crate) ReadAudit = "tasks:audit", covered by "tasks:read");

async fn list(allowed: Allowed<ReadAudit>, call: Call) -> Answer {
    let (request, state) = (&call.request, &call.state);
    access_log::record_caller(request, &allowed.principal);
    let query = Query::parse(request.query_string(), &allowed.principal, &state.cursors)?;
    let (events, next) = if query.is_plain {
        store::list(&state.db, &query).await?
    } else {
        // A filter may examine all events of the organization.
        let read = async |db: &DatabaseExecutor<'_>| store::list(db, &query).await;
        state.reads.run(&allowed.principal.subject, read).await?
    };
    let next = next.map(|position| state.cursors.seal(&position, &query.context()));
    Ok(page(request, &events, next))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/api/audit", list)
        .get("/api/audit/", list)
}
