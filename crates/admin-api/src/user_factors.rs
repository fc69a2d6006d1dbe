//! `/api/admin/users/{id}/factors` and `/linked-accounts`: the second factors and linked accounts of a
//! user.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_admin::user_factors::{self, Factor, UserFactors};
use doorward_admin::users;
use doorward_domain::model::{LinkId, LinkedAccount, Provider};
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::passkey::PasskeyView;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(remove)
        .service(list_links)
        .service(unlink);
}

/// The second factors of a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserFactors)]
pub struct UserFactorsView {
    /// Time at which the authenticator app was enrolled (RFC 3339); null without one.
    #[schema(format = DateTime)]
    app_since: Option<String>,
    /// Passkeys, the oldest first.
    passkeys: Vec<PasskeyView>,
    /// Number of unused recovery codes.
    recovery_codes_left: u64,
}

impl From<UserFactors> for UserFactorsView {
    fn from(factors: UserFactors) -> Self {
        Self {
            app_since: factors.app_since.map(time),
            passkeys: factors.passkeys.into_iter().map(Into::into).collect(),
            recovery_codes_left: factors.codes_left,
        }
    }
}

/// A linked account: an account at an identity provider that signs in the user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkedAccount)]
pub struct LinkedAccountView {
    /// ID of the link.
    id: String,
    /// ID of the provider; null if it was deleted, so that the link cannot be used.
    provider: Option<String>,
    /// Issuer of the account.
    issuer: String,
    /// E-mail address or name at the provider, as of the last sign-in.
    label: String,
    /// Time of linking (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last sign-in with it (RFC 3339).
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<(LinkedAccount, Option<Provider>)> for LinkedAccountView {
    fn from((link, provider): (LinkedAccount, Option<Provider>)) -> Self {
        Self {
            id: link.id.to_string(),
            provider: provider.map(|provider| provider.id.to_string()),
            issuer: link.issuer,
            label: link.label,
            created_at: time(link.created_at),
            last_used_at: link.last_used_at.map(time),
        }
    }
}

/// Returns true if passkeys are enabled.
fn are_passkeys_on(admin: &AdminCaller) -> bool {
    admin.call.context.accounts.passkeys.is_some()
}

/// List the second factors of a user
#[utoipa::path(
    operation_id = "admin_list_factors",
    tag = "admin",
    responses((status = 200, description = "The second factors", body = UserFactorsView)),
    security(("bearer" = []))
)]
#[get("/admin/users/{id}/factors")]
async fn list(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context();
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let found = user_factors::list(&context, &user).await;
    let found = admin.map_result(found).await?;
    Ok(HttpResponse::Ok().json(UserFactorsView::from(found)))
}

/// Remove one second factor of a user
///
/// `factor` is the ID of a passkey, or `app`: the authenticator app with its recovery codes. Every
/// session and grant of the account ends, and the user is notified by mail. A passkey that is the only
/// sign-in method cannot be removed.
#[utoipa::path(
    operation_id = "admin_remove_factor",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the account"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/users/{id}/factors/{factor}")]
async fn remove(admin: AdminCaller, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (id, factor) = path.into_inner();
    let context = admin.context_with_version()?;
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let factor = Factor::parse(&factor).ok_or_else(Problem::not_found)?;
    let removed = user_factors::remove(&context, &user, factor, are_passkeys_on(&admin)).await;
    admin.no_content(removed).await
}

/// List the linked accounts of a user
///
/// The oldest first, on one page.
#[utoipa::path(
    operation_id = "admin_list_linked_accounts",
    tag = "admin",
    responses((status = 200, description = "The linked accounts", body = Listing<LinkedAccountView>)),
    security(("bearer" = []))
)]
#[get("/admin/users/{id}/linked-accounts")]
async fn list_links(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context();
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let found = user_factors::links(&context, &user).await;
    let found = admin.map_result(found).await?;
    Ok(HttpResponse::Ok().json(Listing {
        items: found.into_iter().map(LinkedAccountView::from).collect(),
        next_cursor: None,
    }))
}

/// Unlink an account of a user
///
/// Roles that came from the provider end, every session and grant of the account ends, and the user is
/// notified by mail. The only sign-in method cannot be removed.
#[utoipa::path(
    operation_id = "admin_remove_linked_account",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the account"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 204, description = "Unlinked")),
    security(("bearer" = []))
)]
#[delete("/admin/users/{id}/linked-accounts/{link}")]
async fn unlink(admin: AdminCaller, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (id, link) = path.into_inner();
    let context = admin.context_with_version()?;
    let user = admin.map_result(users::read(&context, &id).await).await?;
    let link = LinkId::parse(&link).ok_or_else(Problem::not_found)?;
    let unlinked = user_factors::unlink(&context, &user, link, are_passkeys_on(&admin)).await;
    admin.no_content(unlinked).await
}
