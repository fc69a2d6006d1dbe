//! Client secrets, which are shown only once. A client has at most two: the current one, and a former
//! one that is accepted until it ends.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post};
use doorward_admin::clients;
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, version};
use doorward_domain::model::{Client, SecretUse, SecretUses};
use doorward_domain::time::UnixSeconds;
use doorward_web::api::Body;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::members::ClientView;
use super::parse::client_id;
use crate::caller::AdminCaller;
use crate::idempotency;
use crate::idempotency::{CreatedResource, created_response};
use crate::support::read_time;

/// A new client secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecret {
    /// Secret, shown only once. The former one stops working at once, or at `keep_old_until`.
    client_secret: String,
}

/// The rotation of a client secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRotation {
    /// Time until which the present secret is accepted too (RFC 3339), within 90 days; without it,
    /// every present secret stops working at once.
    #[schema(format = DateTime)]
    keep_old_until: Option<String>,
}

/// The state of a client secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecretState {
    /// Time of creation (RFC 3339); absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    created_at: Option<String>,
    /// Time from which it is no longer accepted (RFC 3339); absent if it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    ends_at: Option<String>,
    /// Time of the last use (RFC 3339), at most an hour early; absent if it was not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// Address of the last use; absent if it was not used, or not through a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_from: Option<String>,
    /// Number of uses, at most an hour late.
    uses: i64,
}

impl ClientSecretState {
    fn new(created_at: Option<UnixSeconds>, ends_at: Option<UnixSeconds>, used: SecretUse) -> Self {
        Self {
            created_at: created_at.map(time),
            ends_at: ends_at.map(time),
            last_used_at: used.at.map(time),
            last_used_from: used.from.map(|ip| ip.to_string()),
            uses: used.count,
        }
    }
}

/// The secrets of a client that are accepted now, without their values.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecrets {
    /// The current secret; absent for a client without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<ClientSecretState>,
    /// The former secret, until it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    former: Option<ClientSecretState>,
}

impl ClientSecrets {
    fn new(client: &Client, uses: SecretUses, now: UnixSeconds) -> Self {
        let current = client
            .has_secret()
            .then(|| ClientSecretState::new(client.secret_made_at, None, uses.current));
        let former = client.live_former_secret(now);
        let former = former.map(|former| {
            ClientSecretState::new(former.made_at, Some(former.ends_at), uses.former)
        });
        Self { current, former }
    }
}

/// Returns a newly registered client with its secret.
pub(super) fn created(client: Client, secret: Option<String>) -> CreatedResource {
    let location = format!("/api/admin/clients/{}", client.id);
    let tag = version(&client);
    let mut view = ClientView::new(client);
    view.client_secret = secret;
    created_response(&view, location, Some(tag))
}

/// Read the state of a client's secrets
#[utoipa::path(
    operation_id = "admin_read_client_secrets",
    tag = "admin",
    responses((status = 200, description = "The secrets, without their values", body = ClientSecrets)),
    security(("bearer" = []))
)]
#[get("/admin/clients/{id}/secret")]
pub(super) async fn read_secrets(
    admin: AdminCaller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = clients::get_with_secret_uses(&admin.context(), &client_id(&id)?).await;
    let (client, uses) = admin.map_result(found).await?;
    let now = admin.call.context.core.now();
    Ok(HttpResponse::Ok().json(ClientSecrets::new(&client, uses, now)))
}

/// Create a new client secret
///
/// With `keep_old_until`, the present secret is accepted until then, so that the client can be
/// reconfigured in the meantime. At most two secrets are accepted at a time.
#[utoipa::path(
    operation_id = "admin_rotate_client_secret",
    tag = "admin",
    request_body = SecretRotation,
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
    body: Body<SecretRotation>,
) -> Result<HttpResponse, Problem> {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    let until = body.keep_old_until.as_deref();
    let keep_old_until = until
        .map(|text| read_time("keep_old_until", text))
        .transpose()?;
    let error = |client_secret: String| CreatedResource {
        status: StatusCode::OK,
        body: json!(ClientSecret { client_secret }),
        location: None,
        version: None,
    };
    let work = async |context: AdminContext<'_>| {
        let secret = clients::rotate_secret(&context, &id, keep_old_until).await?;
        Ok(error(secret.expose().to_owned()))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        clients::get(context, &id).await?;
        Ok(error(stored.secret.clone().unwrap_or_default()))
    };
    idempotency::create_as(&admin, context, "clients:write", &until, work, again).await
}

/// End a client's former secret
#[utoipa::path(
    operation_id = "admin_end_client_secret",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/clients/{id}/secret/former")]
pub(super) async fn end_secret(
    admin: AdminCaller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    let ended = clients::end_secret(&context, &id).await;
    admin.no_content(ended).await
}
