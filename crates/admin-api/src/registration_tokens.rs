//! `/api/admin/client-registration-tokens`: initial access tokens for dynamic registration (RFC
//! 7591 §3).

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::read_time;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(create).service(revoke);
}

/// An initial access token.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationTokenView {
    /// ID of the token, not the token itself.
    id: String,
    /// Description.
    note: String,
    /// Number of clients that can still be registered with it.
    uses_left: i64,
    /// ID of the administrator who created it; null for the command line.
    created_by: Option<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Expiry (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: String,
    /// Token, shown only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl RegistrationTokenView {
    fn new(token: RegistrationToken) -> Self {
        Self {
            id: token.id.to_string(),
            note: token.note,
            uses_left: token.uses_left,
            created_by: token.created_by,
            created_at: time(token.created_at),
            expires_at: time(token.expires_at),
            token: None,
        }
    }
}

/// An initial access token to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRegistrationToken {
    /// Description.
    note: String,
    /// Number of clients that can be registered with it, 1 to 10000.
    #[serde(default = "default_uses")]
    #[schema(default = 1, minimum = 1, maximum = 10_000)]
    uses: i64,
    /// Expiry (RFC 3339), within a year; defaults to one week.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

const fn default_uses() -> i64 {
    1
}

/// List initial access tokens
#[utoipa::path(
    operation_id = "admin_list_registration_tokens",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Tokens that can still be used", body = Listing<RegistrationTokenView>)),
    security(("bearer" = []))
)]
#[get("/admin/client-registration-tokens")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let after = page.after_id(RegistrationTokenId::parse)?;
    let found = registration_tokens::page(&admin.context(), after, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(
        found,
        |page| page.id.to_string(),
        RegistrationTokenView::new,
    ))
}

/// Create an initial access token
///
/// It allows a client to register dynamically at `/oauth2/register` (RFC 7591), within the limits
/// of `client_registration`.
#[utoipa::path(
    operation_id = "admin_create_registration_token",
    tag = "admin",
    request_body = NewRegistrationToken,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Created", body = RegistrationTokenView)),
    security(("bearer" = []))
)]
#[post("/admin/client-registration-tokens")]
async fn create(
    admin: AdminCaller,
    body: Body<NewRegistrationToken>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let expires_at = body.expires_at.as_deref();
    let new = NewToken {
        note: body.note.clone(),
        uses: body.uses,
        expires_at: expires_at
            .map(|text| read_time("expires_at", text))
            .transpose()?,
    };
    let work = async |context: AdminContext<'_>| {
        let (item, token) = registration_tokens::create(&context, &new).await?;
        Ok(created(item, Some(token.expose().to_owned())))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let id = RegistrationTokenId::parse(&stored.id).ok_or(AdminError::Changed)?;
        let one = registration_tokens::get(context, id).await?;
        Ok(created(one, stored.secret.clone()))
    };
    idempotency::create(&admin, "clients:write", &body, work, again).await
}

fn created(registration_token: RegistrationToken, token: Option<String>) -> CreatedResource {
    let location = format!(
        "/api/admin/client-registration-tokens/{}",
        registration_token.id
    );
    let mut view = RegistrationTokenView::new(registration_token);
    view.token = token;
    created_response(&view, location, None)
}

/// Revoke an initial access token
///
/// Clients registered with it remain.
#[utoipa::path(
    operation_id = "admin_revoke_registration_token",
    tag = "admin",
    responses((status = 204, description = "Revoked")),
    security(("bearer" = []))
)]
#[delete("/admin/client-registration-tokens/{id}")]
async fn revoke(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = RegistrationTokenId::parse(&id).ok_or_else(Problem::not_found)?;
    let done = registration_tokens::revoke(&admin.context(), id).await;
    admin.no_content(done).await
}
