//! `/api/admin/clients/{id}/logo`: the logo of a client.

use actix_web::web::{Path, Payload};
use actix_web::{HttpResponse, delete, put};
use doorward_admin::clients;
use doorward_web::api::picture::{self, PictureFile};
use doorward_web::api::problem::Problem;

use super::members::ClientView;
use super::parse::client_id;
use crate::caller::AdminCaller;

/// Set a client's logo
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is re-encoded as a
/// square PNG of at most 256 pixels, without any other content of the file. The consent page shows
/// it.
#[utoipa::path(
    operation_id = "admin_set_client_logo",
    tag = "admin",
    request_body(content(
        (PictureFile = "image/png"),
        (PictureFile = "image/jpeg"),
        (PictureFile = "image/gif"),
        (PictureFile = "image/webp"),
    )),
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "The app with its logo", body = ClientView)),
    security(("bearer" = []))
)]
#[put("/admin/clients/{id}/logo")]
pub(super) async fn set_logo(
    admin: AdminCaller,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    // The file is read only for callers who may set a logo.
    admin
        .map_result(context.require_global("clients:write"))
        .await?;
    picture::check_type(admin.call.request())?;
    let file = picture::read(payload).await?;
    let done = clients::set_logo(&context, &admin.call.context.accounts.pictures, &id, file).await;
    admin.versioned(done, ClientView::new).await
}

/// Remove a client's logo
#[utoipa::path(
    operation_id = "admin_remove_client_logo",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "The client without a logo", body = ClientView)),
    security(("bearer" = []))
)]
#[delete("/admin/clients/{id}/logo")]
pub(super) async fn remove_logo(
    admin: AdminCaller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (context, id) = (admin.context_with_version()?, client_id(&id)?);
    let done = clients::remove_logo(&context, &id).await;
    admin.versioned(done, ClientView::new).await
}
