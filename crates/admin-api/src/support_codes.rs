//! `/api/admin/support-codes`: the user who reads out a support code.

use doorward_admin::support_codes;
use doorward_domain::secret::Secret;

use crate::prelude::*;

endpoints! { admin_use_support_code }

/// A support code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportCodeBody {
    /// The code as typed; case, spaces and hyphens are ignored.
    #[schema(value_type = String)]
    code: Secret<String>,
}

view! {
    /// The user of a support code.
    SupportCodeView(user: UserId) {
        /// ID of the user.
        user: String = user.to_string();
    }
}

/// Use a support code
///
/// Returns the user who made the code, and ends the code. It grants nothing: the user must be one
/// that you can read.
#[utoipa::path(responses((status = 200, description = "The user", body = SupportCodeView)))]
#[post("/admin/support-codes")]
async fn admin_use_support_code(admin: AdminCaller, body: Json<SupportCodeBody>) -> Answer {
    let context = &admin.call.context;
    let (key, limiter) = (
        &context.accounts.support_code_key,
        &context.limits.rate_limiter,
    );
    let user = support_codes::open(&admin.context(), key, limiter, body.code.expose()).await?;
    Ok(HttpResponse::Ok().json(SupportCodeView::new(user)))
}
