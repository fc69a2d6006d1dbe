//! `/api/auth/passkeys`: the person's passkeys. They are made in a browser, where the authenticator is
//! (`/account/security/passkeys`); an app shows them, names them, and takes them away.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch};
use doorward_domain::model::{Passkey, PasskeyId};
use doorward_services::error::FlowError;
use doorward_services::passkey::manage::{self, ManagePasskeyError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Endpoints;
use crate::api::bearer::reauthenticate;
use crate::api::time::time;
use crate::api::{Bearer, Body, FieldError, Kind, Problem};

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(rename).service(remove);
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    /// ID.
    id: String,
    /// What its owner calls it.
    name: String,
    /// Whether it may be copied between devices.
    synced: bool,
    /// Whether its counter went back: it may have been copied by somebody else.
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

fn refusal(error: FlowError<ManagePasskeyError>) -> Problem {
    let refusal = match error {
        FlowError::Server(fault) => return fault.into(),
        FlowError::Rejected(refusal) => refusal,
    };
    match refusal {
        ManagePasskeyError::NotFresh => reauthenticate(),
        ManagePasskeyError::BadName => {
            let detail = "A name has 1 to 60 characters, and none that cannot be seen.";
            Problem::invalid(vec![FieldError::member("name", "invalid", detail)])
        }
        ManagePasskeyError::Stays(_) => Problem::new(
            Kind::StillNeeded,
            "It is the only way in, or the only second factor where one is demanded.",
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
    let (state, who) = (&bearer.call.state, &bearer.authenticated.who);
    let passkeys = manage::list(state, who).await?;
    let views: Vec<PasskeyView> = passkeys.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(views))
}

/// What changes of a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyChange {
    /// What it is to be called: 1 to 60 characters.
    #[schema(example = "Work laptop")]
    name: String,
}

/// Rename a passkey
#[utoipa::path(
    operation_id = "passkey_rename",
    tag = "auth",
    params(("id" = String, Path, description = "The passkey")),
    request_body = PasskeyChange,
    responses((status = 204, description = "It has the new name")),
    security(("bearer" = []))
)]
#[patch("/auth/passkeys/{id}")]
async fn rename(
    bearer: Bearer,
    id: Path<String>,
    body: Body<PasskeyChange>,
) -> Result<HttpResponse, Problem> {
    let (state, who) = (&bearer.call.state, &bearer.authenticated.who);
    let id = PasskeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let renamed = manage::rename(state, who, id, &body.name).await;
    renamed.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Remove a passkey
///
/// The last sign-in, with the second factor where there is one, has to be at most 15 minutes old.
#[utoipa::path(
    operation_id = "passkey_remove",
    tag = "auth",
    params(("id" = String, Path, description = "The passkey")),
    responses((status = 204, description = "It signs nobody in any more")),
    security(("bearer" = []))
)]
#[delete("/auth/passkeys/{id}")]
async fn remove(bearer: Bearer, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    let id = PasskeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let removed = manage::remove(&call.state, who, id, &call.caller).await;
    removed.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
