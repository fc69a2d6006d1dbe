//! `/api/auth/passkeys`: the user's passkeys. They are registered in a browser
//! (`/account/security/passkeys`); a client can list, rename and remove them.

use actix_web::patch;
use doorward_accounts::passkey::manage::{self, ManagePasskeyError};
use doorward_domain::model::PasskeyId;
use doorward_web::api::passkey::PasskeyView;

use crate::prelude::*;

fn to_problem(error: ManagePasskeyError) -> Problem {
    match error {
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
    responses((status = 200, description = "The passkeys", body = [PasskeyView])),
    security(("bearer" = []))
)]
#[get("/auth/passkeys")]
pub(super) async fn passkeys(bearer: Bearer) -> Answer {
    let (context, signed_in) = (&bearer.call.context, &bearer.authenticated.signed_in);
    let passkeys = manage::list(&context.core, signed_in).await?;
    let views: Vec<_> = passkeys.into_iter().map(PasskeyView::new).collect();
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
    params(("id" = String, Path, description = "ID of the passkey")),
    responses((status = 204, description = "The passkey was renamed")),
    security(("bearer" = []))
)]
#[patch("/auth/passkeys/{id}")]
pub(super) async fn passkey_rename(
    bearer: Bearer,
    id: Path<String>,
    body: Json<PasskeyChange>,
) -> Answer {
    let (context, signed_in) = (&bearer.call.context, &bearer.authenticated.signed_in);
    let id = PasskeyId::parse(&id).ok_or_else(Problem::not_found)?;
    manage::rename(&context.core, signed_in, id, &body.name)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::NoContent().finish())
}

/// Remove a passkey
///
/// Requires a sign-in within the last 15 minutes, with the second factor if there is one.
#[utoipa::path(
    params(("id" = String, Path, description = "ID of the passkey")),
    responses((status = 204, description = "The passkey was removed")),
    security(("bearer" = []))
)]
#[delete("/auth/passkeys/{id}")]
pub(super) async fn passkey_remove(bearer: Bearer, id: Path<String>) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let id = PasskeyId::parse(&id).ok_or_else(Problem::not_found)?;
    manage::remove(&call.context, signed_in, id, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::NoContent().finish())
}
