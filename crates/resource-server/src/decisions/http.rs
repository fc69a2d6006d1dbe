//! `/api/admin/decisions/{id}`: the explanation of a denial.

use actix_web::{HttpRequest, HttpResponse, web};
use doorward_access::guard::{Allowed, RouteGuard, Routes};
use doorward_access::rbac::Requirement;

use super::denial::READ_DECISIONS;
use super::store;
use crate::access_log;
use crate::problem::Problem;
use crate::request::object_id;
use crate::state::State;

/// The requirement to read the reasons of denials.
pub(crate) struct ReadDecisions;

impl RouteGuard for ReadDecisions {
    const REQUIREMENT: Requirement = Requirement::covered_by(READ_DECISIONS, "tasks:read");
}

/// Handles `GET /api/admin/decisions/{id}`.
async fn show(
    caller: Allowed<ReadDecisions>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    access_log::record_caller(&request, &caller.principal);
    let org = caller.org.as_deref().unwrap_or_default();
    let found = store::find(&state.db, object_id(&request)?, Some(org)).await?;
    let decision = found.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().json(decision))
}

/// Returns the routes of this module.
pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/admin/decisions/{id}", show)
}
