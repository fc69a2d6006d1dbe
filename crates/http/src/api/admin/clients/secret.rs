//! Client secrets, which are shown only once.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpResponse, post};
use doorward_admin::clients;
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, version};
use doorward_domain::model::Client;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::members::ClientView;
use super::parse::client_id;
use crate::api::admin::caller::AdminCaller;
use crate::api::admin::idempotency;
use crate::api::admin::idempotency::{CreatedResource, created_response};
use crate::api::problem::Problem;

/// A new client secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecret {
    /// Secret, shown only once; the former one stops working at once.
    client_secret: String,
}

/// Returns a newly registered client with its secret.
pub(super) fn created(client: Client, secret: Option<String>) -> CreatedResource {
    let location = format!("/api/admin/clients/{}", client.id);
    let tag = version(&client);
    let mut view = ClientView::new(client);
    view.client_secret = secret;
    created_response(&view, location, Some(tag))
}

/// Create a new client secret
#[utoipa::path(
    operation_id = "admin_rotate_client_secret",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
        ("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe"),
    ),
    responses((status = 200, description = "The new secret", body = ClientSecret)),
    security(("bearer" = []))
)]
#[post("/admin/clients/{id}/secret")]
pub(super) async fn rotate_secret(
    admin: AdminCaller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    let error = |client_secret: String| CreatedResource {
        status: StatusCode::OK,
        body: json!(ClientSecret { client_secret }),
        location: None,
        version: None,
    };
    let work = async |context: AdminContext<'_>| {
        let secret = clients::rotate_secret(&context, &id).await?;
        Ok(error(secret.expose().to_owned()))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        clients::get(context, &id).await?;
        Ok(error(stored.secret.clone().unwrap_or_default()))
    };
    idempotency::create_as(&admin, context, "clients:write", &(), work, again).await
}
