//! `/api/admin/organizations/{slug}/branding/logo` and `/api/admin/clients/{id}/branding/logo`: pictures of own
//! brands.

use actix_web::web::Payload;
use doorward_admin::brands;
use doorward_admin::brands::operations::BrandingView;
use doorward_domain::model::BrandOwner;
use doorward_rules::own_brand::PictureKind;
use doorward_web::api::picture::{self, PictureFile};

use crate::prelude::*;

endpoints! {
    admin_set_organization_branding_logo, admin_remove_organization_branding_logo,
    admin_set_client_branding_logo, admin_remove_client_branding_logo,
}

fn client(id: &str) -> Result<BrandOwner, Problem> {
    Ok(BrandOwner::Client(client_id(id)?))
}

fn organization(slug: &str) -> BrandOwner {
    BrandOwner::Organization(slug.to_owned())
}

/// Sets a logo or the icon. The file is read only for callers who may change brands.
async fn set_logo(
    admin: &AdminCaller,
    owner: &BrandOwner,
    scheme: &str,
    payload: Payload,
) -> Answer {
    let (context, kind) = (admin.context_with_version()?, kind_of(scheme)?);
    context.require_global(match owner {
        BrandOwner::Client(_) => "clients:write",
        BrandOwner::Organization(_) => "organizations:write",
    })?;
    let file = picture::receive(admin.call.request(), payload).await?;
    let pictures = &admin.call.context.accounts.pictures;
    let brand = brands::set_logo(&context, pictures, owner, kind, file).await?;
    Ok(versioned_response(brand, BrandingView::new))
}

async fn remove_logo(admin: &AdminCaller, owner: &BrandOwner, scheme: &str) -> Answer {
    let (context, kind) = (admin.context_with_version()?, kind_of(scheme)?);
    let brand = brands::remove_logo(&context, owner, kind).await?;
    Ok(versioned_response(brand, BrandingView::new))
}

fn kind_of(text: &str) -> Result<PictureKind> {
    PictureKind::parse(text).ok_or_else(|| AdminError::NotFound {
        kind: "picture",
        name: text.to_owned(),
    })
}

/// Set a logo of an organization
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is re-encoded as a PNG of
/// at most 480 × 88 pixels. `scheme` is `light` or `dark`; with `favicon` it is the icon of the pages,
/// the middle square with at most 256 pixels.
#[utoipa::path(
    request_body(content(
        (PictureFile = "image/png"),
        (PictureFile = "image/jpeg"),
        (PictureFile = "image/gif"),
        (PictureFile = "image/webp"),
    )),
    params(IfMatch),
    responses((status = 200, description = "The brand with its logo", body = BrandingView)),
)]
#[put("/admin/organizations/{slug}/branding/logo/{scheme}")]
async fn admin_set_organization_branding_logo(
    admin: AdminCaller,
    path: Path<(String, String)>,
    payload: Payload,
) -> Answer {
    set_logo(&admin, &organization(&path.0), &path.1, payload).await
}

/// Remove a logo of an organization
///
/// Without the one for the light scheme there is none for the dark scheme.
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "The brand without the logo", body = BrandingView)),
)]
#[delete("/admin/organizations/{slug}/branding/logo/{scheme}")]
async fn admin_remove_organization_branding_logo(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Answer {
    remove_logo(&admin, &organization(&path.0), &path.1).await
}

/// Set a logo of a client's brand
///
/// The body is the file itself: PNG, JPEG, GIF or WebP of at most 2 MiB. It is re-encoded as a PNG of
/// at most 480 × 88 pixels. `scheme` is `light` or `dark`; with `favicon` it is the icon of the pages,
/// the middle square with at most 256 pixels.
#[utoipa::path(
    request_body(content(
        (PictureFile = "image/png"),
        (PictureFile = "image/jpeg"),
        (PictureFile = "image/gif"),
        (PictureFile = "image/webp"),
    )),
    params(IfMatch),
    responses((status = 200, description = "The brand with its logo", body = BrandingView)),
)]
#[put("/admin/clients/{id}/branding/logo/{scheme}")]
async fn admin_set_client_branding_logo(
    admin: AdminCaller,
    path: Path<(String, String)>,
    payload: Payload,
) -> Answer {
    set_logo(&admin, &client(&path.0)?, &path.1, payload).await
}

/// Remove a logo of a client's brand
///
/// Without the one for the light scheme there is none for the dark scheme.
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "The brand without the logo", body = BrandingView)),
)]
#[delete("/admin/clients/{id}/branding/logo/{scheme}")]
async fn admin_remove_client_branding_logo(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Answer {
    remove_logo(&admin, &client(&path.0)?, &path.1).await
}
