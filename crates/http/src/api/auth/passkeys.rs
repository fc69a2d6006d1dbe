//! `/api/auth/passkeys`: the user's passkeys. They are registered in a browser
//! (`/account/security/passkeys`); a client can list, rename and remove them.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch};
use doorward_accounts::passkey::manage::{self, ManagePasskeyError};
use doorward_domain::model::{Passkey, PasskeyId};
use doorward_http_common::problem::FieldError;
use doorward_services::error::FlowError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Endpoints;
use crate::api::bearer::reauthenticate;
use crate::api::time::time;
use crate::api::{Bearer, Body, Kind, Problem};

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(rename).service(remove);
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    /// ID.
    id: String,
    /// Name given by the user.
    name: String,
    /// True if it may be synchronized between devices.
    synced: bool,
    /// True if its signature counter went backwards: it may have been copied.
    suspected: bool,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of last use (RFC 3339).
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            synced: passkey.backup_eligible,
            suspected: passkey.suspected_at.is_some(),
            created_at: time(passkey.created_at),
            last_used_at: passkey.last_used_at.map(time),
        }
    }
}

fn to_problem(error: FlowError<ManagePasskeyError>) -> Problem {
    let rejection = match error {
        FlowError::Server(server_error) => return server_error.into(),
        FlowError::Rejected(rejection) => rejection,
    };
    match rejection {
        ManagePasskeyError::NotFresh => reauthenticate(),
        ManagePasskeyError::BadName => {
            let detail = "A name has 1 to 60 visible characters.";
            Problem::invalid(vec![FieldError::member("name", "invalid", detail)])
        }
        ManagePasskeyError::Stays(_) => Problem::new(
            Kind::StillNeeded,
            "It is the only sign-in method, or the only second factor and one is required.",
        ),
        ManagePasskeyError::NotFound
        | ManagePasskeyError::Stale
        | ManagePasskeyError::Rejected
        | ManagePasskeyError::TooMany => Problem::not_found(),
    }
}

/// List the passkeys
///
/// The oldest first.
#[utoipa::path(
    operation_id = "passkeys",
    tag = "auth",
    responses((status = 200, description = "The passkeys", body = [PasskeyView])),
    security(("bearer" = []))
)]
#[get("/auth/passkeys")]
async fn list(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (context, signed_in) = (&bearer.call.context, &bearer.authenticated.signed_in);
    let passkeys = manage::list(&context.core, signed_in).await?;
    let views: Vec<PasskeyView> = passkeys.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(views))
}

/// Changes of a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyChange {
    /// New name, 1 to 60 characters.
    #[schema(example = "Work laptop")]
    name: String,
}

/// Rename a passkey
#[utoipa::path(
    operation_id = "passkey_rename",
    tag = "auth",
    params(("id" = String, Path, description = "ID of the passkey")),
    request_body = PasskeyChange,
    responses((status = 204, description = "The passkey was renamed")),
    security(("bearer" = []))
)]
#[patch("/auth/passkeys/{id}")]
async fn rename(
    bearer: Bearer,
    id: Path<String>,
    body: Body<PasskeyChange>,
) -> Result<HttpResponse, Problem> {
    let (context, signed_in) = (&bearer.call.context, &bearer.authenticated.signed_in);
    let id = PasskeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let renamed = manage::rename(&context.core, signed_in, id, &body.name).await;
    renamed.map_err(to_problem)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Remove a passkey
///
/// Requires a sign-in within the last 15 minutes, with the second factor if there is one.
#[utoipa::path(
    operation_id = "passkey_remove",
    tag = "auth",
    params(("id" = String, Path, description = "ID of the passkey")),
    responses((status = 204, description = "The passkey was removed")),
    security(("bearer" = []))
)]
#[delete("/auth/passkeys/{id}")]
async fn remove(bearer: Bearer, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let id = PasskeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let removed = manage::remove(
        &call.context.core,
        &call.context.delivery,
        &call.context.accounts,
        signed_in,
        id,
        &call.caller,
    )
    .await;
    removed.map_err(to_problem)?;
    Ok(HttpResponse::NoContent().finish())
}
