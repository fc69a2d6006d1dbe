//! `/api/admin/decisions/{id}`: the explanation of a denial.

use actix_web::HttpResponse;
use doorward_access::guard::{Allowed, Routes};
use doorward_access::permission;

use super::store;
use crate::access_log;
use crate::caller::Call;
use crate::problem::{Answer, Problem};
use crate::request::object_id;

permission!(pub(crate) ReadDecisions = "decisions:read", covered by "tasks:read");

async fn show(caller: Allowed<ReadDecisions>, call: Call) -> Answer {
    access_log::record_caller(&call.request, &caller.principal);
    let org = caller.org.as_deref().unwrap_or_default();
    match store::find(&call.state.db, object_id(&call.request)?, Some(org)).await? {
        Some(decision) => Ok(HttpResponse::Ok().json(decision)),
        None => Err(Problem::not_found()),
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/admin/decisions/{id}", show)
}
