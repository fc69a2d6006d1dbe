//! `/api/admin/clients/{id}/logo`: the picture by which people know an app.

use actix_web::web::{Path, Payload};
use actix_web::{HttpResponse, delete, put};
use doorward_admin::clients;

use super::parse::client_id;
use super::view::ClientView;
use crate::api::admin::caller::AdminCaller;
use crate::api::admin::support::shown;
use crate::api::picture::{self, PictureFile};
use crate::api::problem::Problem;

/// Set an app's logo
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is drawn anew as a square
/// PNG of at most 256 pixels, with nothing else of the file. The consent page shows it.
#[utoipa::path(
    operation_id = "admin_set_client_logo",
    tag = "admin",
    request_body(content(
        (PictureFile = "image/png"),
        (PictureFile = "image/jpeg"),
        (PictureFile = "image/gif"),
        (PictureFile = "image/webp"),
    )),
    params(("If-Match" = String, Header, description = "The ETag of what was read")),
    responses((status = 200, description = "The app with its logo", body = ClientView)),
    security(("bearer" = []))
)]
#[put("/admin/clients/{id}/logo")]
pub(super) async fn set_logo(
    admin: AdminCaller,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let (op, id) = (admin.op_seen()?, client_id(&id)?);
    // Of who may not keep a picture, none is read.
    admin.told(op.require_global("clients:write")).await?;
    picture::check_type(admin.call.request())?;
    let file = picture::read(payload).await?;
    let done = clients::set_logo(&op, &admin.call.state.studio, &id, file).await;
    Ok(shown(admin.told(done).await?, ClientView::of))
}

/// Remove an app's logo
#[utoipa::path(
    operation_id = "admin_remove_client_logo",
    tag = "admin",
    params(("If-Match" = String, Header, description = "The ETag of what was read")),
    responses((status = 200, description = "The app without a logo", body = ClientView)),
    security(("bearer" = []))
)]
#[delete("/admin/clients/{id}/logo")]
pub(super) async fn remove_logo(
    admin: AdminCaller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (op, id) = (admin.op_seen()?, client_id(&id)?);
    let done = clients::remove_logo(&op, &id).await;
    Ok(shown(admin.told(done).await?, ClientView::of))
}
