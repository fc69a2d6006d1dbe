//! `/api/admin/clients/{id}/logo`: the logo of a client.

use actix_web::web::Payload;
use doorward_admin::clients::{self, ClientView};
use doorward_web::api::picture::{self, PictureFile};

use crate::prelude::*;

/// Set a client's logo
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is re-encoded as a
/// square PNG of at most 256 pixels, without any other content of the file. The consent page shows
/// it.
#[utoipa::path(
    request_body(content(
        (PictureFile = "image/png"),
        (PictureFile = "image/jpeg"),
        (PictureFile = "image/gif"),
        (PictureFile = "image/webp"),
    )),
    params(IfMatch),
    responses((status = 200, description = "The app with its logo", body = ClientView)),
)]
#[put("/admin/clients/{id}/logo")]
pub(super) async fn admin_set_client_logo(
    admin: AdminCaller,
    id: Path<String>,
    payload: Payload,
) -> Answer {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    // The file is read only for callers who may set a logo.
    context.require_global("clients:write")?;
    let file = picture::receive(admin.call.request(), payload).await?;
    let done =
        clients::set_logo(&context, &admin.call.context.accounts.pictures, &id, file).await?;
    Ok(versioned_response(done, ClientView::from))
}

/// Remove a client's logo
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "The client without a logo", body = ClientView)),
)]
#[delete("/admin/clients/{id}/logo")]
pub(super) async fn admin_remove_client_logo(admin: AdminCaller, id: Path<String>) -> Answer {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    let done = clients::remove_logo(&context, &id).await?;
    Ok(versioned_response(done, ClientView::from))
}
