//! `/api/admin/consents`: consents of users to clients, and the end of their access.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get};
use doorward_admin::authorized_clients;
use doorward_domain::model::{ClientId, Consent, ConsentId, UserId};
use doorward_http_common::problem::FieldError;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(withdraw);
}

/// A consent of a user to a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
pub struct ConsentView {
    /// ID of the consent.
    id: String,
    /// ID of the user.
    user: String,
    /// ID of the client.
    client_id: String,
    /// Granted scopes, separated by spaces.
    scope: String,
    /// Time of the consent (RFC 3339).
    #[schema(format = DateTime)]
    granted_at: String,
    /// Expiry (RFC 3339); absent: until it is withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

impl ConsentView {
    fn new(consent: &Consent) -> Self {
        Self {
            id: consent.id.to_string(),
            user: consent.user_id.to_string(),
            client_id: consent.client_id.to_string(),
            scope: consent.scope.to_string(),
            granted_at: time(consent.granted_at),
            expires_at: consent.expires_at.map(time),
        }
    }
}

/// List the consents to a client
#[utoipa::path(
    operation_id = "admin_list_consents",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("client_id" = String, Query, description = "ID of the client"),
    ),
    responses((status = 200, description = "Active consents to the client", body = Listing<ConsentView>)),
    security(("bearer" = []))
)]
#[get("/admin/consents")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["client_id"])?;
    let client = page.filter("client_id").and_then(ClientId::parse);
    let client = client.ok_or_else(|| {
        let detail = "Must be the ID of a client.";
        Problem::invalid(vec![FieldError::parameter("client_id", "required", detail)])
    })?;
    let after = page.after_id(ConsentId::parse)?;
    let context = admin.context();
    let found = authorized_clients::consents(&context, &client, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    let view = |(consent, _)| ConsentView::new(&consent);
    Ok(page.finish(found, |(consent, _)| consent.id.to_string(), view))
}

/// Withdraw the access of a client to an account
///
/// Ends the consent, all grants with their tokens, and the sessions that belong to the client.
#[utoipa::path(
    operation_id = "admin_withdraw_access",
    tag = "admin",
    responses((status = 204, description = "Withdrawn")),
    security(("bearer" = []))
)]
#[delete("/admin/users/{id}/clients/{client}")]
async fn withdraw(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (user, client) = path.into_inner();
    let user = UserId::parse(&user).ok_or_else(Problem::not_found)?;
    let client = ClientId::parse(&client).ok_or_else(Problem::not_found)?;
    let withdrawn = authorized_clients::withdraw(&admin.context(), user, &client).await;
    admin.no_content(withdrawn).await
}
