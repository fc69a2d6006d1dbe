//! `/api/admin/support-codes`: the user who reads out a support code.

use actix_web::{HttpResponse, post};
use doorward_admin::support_codes;
use doorward_domain::secret::Secret;
use doorward_web::api::problem::Problem;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(consume);
}

/// A support code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportCodeBody {
    /// The code as typed; case, spaces and hyphens are ignored.
    #[schema(value_type = String)]
    code: Secret<String>,
}

/// The user of a support code.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportCodeView {
    /// ID of the user.
    user: String,
}

/// Use a support code
///
/// Returns the user who made the code, and ends the code. It grants nothing: the user must be one
/// that you can read.
#[utoipa::path(
    operation_id = "admin_use_support_code",
    tag = "admin",
    request_body = SupportCodeBody,
    responses((status = 200, description = "The user", body = SupportCodeView)),
    security(("bearer" = []))
)]
#[post("/admin/support-codes")]
async fn consume(admin: AdminCaller, body: Body<SupportCodeBody>) -> Result<HttpResponse, Problem> {
    let context = &admin.call.context;
    let (key, limiter) = (
        &context.accounts.support_code_key,
        &context.limits.rate_limiter,
    );
    let found = support_codes::open(&admin.context(), key, limiter, body.code.expose()).await;
    let user = admin.map_result(found).await?.to_string();
    Ok(HttpResponse::Ok().json(SupportCodeView { user }))
}
