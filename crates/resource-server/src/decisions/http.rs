//! `/api/admin/decisions/{id}`: the explanation of a denial.

use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, Routes};
use doorward_access::permission;

use super::store;
use crate::access_log;
use crate::problem::Problem;
use crate::request::object_id;
use crate::state::State;

permission!(pub(crate) ReadDecisions = "decisions:read", covered by "tasks:read");

async fn show(
    caller: Allowed<ReadDecisions>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    access_log::record_caller(&request, &caller.principal);
    let org = caller.org.as_deref().unwrap_or_default();
    match store::find(&state.db, object_id(&request)?, Some(org)).await? {
        Some(decision) => Ok(HttpResponse::Ok().json(decision)),
        None => Err(Problem::not_found()),
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/admin/decisions/{id}", show)
}
