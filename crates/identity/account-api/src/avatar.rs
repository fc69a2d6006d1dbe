//! `/api/auth/profile/avatar`: the user's picture.

use actix_web::web::Payload;
use actix_web::{HttpResponse, delete, put};
use doorward_accounts::{avatar, profile as people};
use doorward_web::api::picture::{self, PictureFile};
use doorward_web::api::{Answer, Bearer, Problem};

use super::password::admit;
use super::profile::{self, Profile};

/// Set the user's picture
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is re-encoded as a
/// square PNG of at most 256 pixels, without any other content of the file; `picture` in the
/// response is its URL.
#[utoipa::path(
    request_body(content(
        (PictureFile = "image/png"),
        (PictureFile = "image/jpeg"),
        (PictureFile = "image/gif"),
        (PictureFile = "image/webp"),
    )),
    responses((status = 200, description = "The user with the new picture", body = Profile)),
    security(("bearer" = []))
)]
#[put("/auth/profile/avatar")]
pub(super) async fn avatar_replace(bearer: Bearer, payload: Payload) -> Answer {
    let (call, id) = (&bearer.call, bearer.authenticated.signed_in.user.id);
    let file = picture::receive(call.request(), payload).await?;
    admit(call).await?;
    let core = &call.context.core;
    avatar::upload(&call.context, id, file, &call.caller)
        .await
        .map_err(|error| error.map(picture::to_problem))?;
    let user = people::read(core, id).await?;
    profile::respond(call, &user.ok_or_else(Problem::not_found)?).await
}

/// Remove the user's picture
#[utoipa::path(
    responses((status = 204, description = "The picture was removed")),
    security(("bearer" = []))
)]
#[delete("/auth/profile/avatar")]
pub(super) async fn avatar_remove(bearer: Bearer) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    avatar::remove(&call.context.core, signed_in.user.id, &call.caller).await?;
    Ok(HttpResponse::NoContent().finish())
}
