//! `/api/admin/organizations/{slug}/branding` and `/api/admin/clients/{id}/branding`: own brands.

use actix_web::web::Payload;
use doorward_admin::brands;
use doorward_admin::json_member::nullable;
use doorward_domain::model::BrandOwner;
use doorward_rules::own_brand::{BrandSetting, OwnBrand, OwnLogo, PictureKind};
use doorward_web::api::picture::{self, PictureFile};
use serde::Deserializer;

use crate::prelude::*;

endpoints! {
    admin_read_organization_branding, admin_update_organization_branding,
    admin_set_organization_branding_logo, admin_remove_organization_branding_logo,
    admin_read_client_branding, admin_update_client_branding, admin_set_client_branding_logo,
    admin_remove_client_branding_logo,
}

view! {
    /// The own brand of an organization or a client. Absent members are those of the organization or
    /// the deployment.
    #[schema(as = Branding)]
    BrandingView(brand: OwnBrand) {
        /// Name in titles, texts and messages.
        name?: String = brand.name;
        /// Color of links and buttons in the light scheme.
        accent?: String = brand.accent.map(String::from);
        /// Color of links and buttons in the dark scheme.
        accent_dark?: String = brand.accent_dark.map(String::from);
        /// Color of the page in the light scheme.
        background?: String = brand.background.map(String::from);
        /// Color of the page in the dark scheme.
        background_dark?: String = brand.background_dark.map(String::from);
        /// URL at which users get help.
        support_url?: String = brand.support_url;
        /// URL of the privacy policy.
        privacy_url?: String = brand.privacy_url;
        /// URL of the terms of service.
        terms_url?: String = brand.terms_url;
        /// URL of the imprint.
        imprint_url?: String = brand.imprint_url;
        /// Language of users whose language is unknown.
        default_language?: String = brand.default_language;
        /// URL path of the logo on this server.
        logo?: String = brand.logo.as_ref().map(logo_path);
        /// URL path of the logo for the dark scheme.
        logo_dark?: String = brand.logo_dark.as_ref().map(logo_path);
        /// URL path of the icon on this server.
        favicon?: String = brand.favicon.as_ref().map(logo_path);
    }
}

fn logo_path(logo: &OwnLogo) -> String {
    logo.file().url
}

macro_rules! define_patch {
    ($($(#[$doc:meta])+ $member:ident => $setting:ident;)*) => {
        /// Changes. Omitted members stay unchanged; `null` removes one.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct BrandingPatch {
            $($(#[$doc])+ #[serde(default, deserialize_with = "text_or_null")] $member: Option<String>,)*
        }

        impl BrandingPatch {
            fn change(self) -> Vec<(BrandSetting, String)> {
                let members = [$((BrandSetting::$setting, self.$member)),*];
                let given = members.into_iter();
                given
                    .filter_map(|(setting, text)| Some((setting, text?)))
                    .collect()
            }
        }
    };
}

define_patch! {
    /// Name in titles, texts and messages.
    name => Name;
    /// Color of links and buttons in the light scheme, such as `#c2410c`. Its contrast must be at
    /// least 4.5 : 1.
    accent => Accent;
    /// Color of links and buttons in the dark scheme.
    accent_dark => AccentDark;
    /// Color of the page in the light scheme.
    background => Background;
    /// Color of the page in the dark scheme.
    background_dark => BackgroundDark;
    /// URL at which users get help (`https` or `mailto`).
    support_url => SupportUrl;
    /// URL of the privacy policy (`https`).
    privacy_url => PrivacyUrl;
    /// URL of the terms of service (`https`).
    terms_url => TermsUrl;
    /// URL of the imprint (`https`).
    imprint_url => ImprintUrl;
    /// Language of users whose language is unknown: `de`, `en`, `es`, `fr`, `it`, `nl`, `pl`, `pt`,
    /// `ar`, `ja` or `zh`.
    default_language => DefaultLanguage;
}

/// Reads a text; `null` is the empty one, which removes a setting.
fn text_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    nullable(deserializer).map(|member| member.map(Option::unwrap_or_default))
}

fn client(id: &str) -> Result<BrandOwner, Problem> {
    Ok(BrandOwner::Client(client_id(id)?))
}

fn organization(slug: &str) -> BrandOwner {
    BrandOwner::Organization(slug.to_owned())
}

async fn read(admin: &AdminCaller, owner: &BrandOwner) -> Answer {
    let brand = brands::get(&admin.context(), owner).await?;
    Ok(versioned_response(brand, BrandingView::new))
}

async fn update(admin: &AdminCaller, owner: &BrandOwner, body: BrandingPatch) -> Answer {
    let context = admin.context_with_version()?;
    let brand = brands::update(&context, owner, &body.change()).await?;
    Ok(versioned_response(brand, BrandingView::new))
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

/// Read the brand of an organization
#[utoipa::path(responses((status = 200, description = "Its own settings", body = BrandingView)))]
#[get("/admin/organizations/{slug}/branding")]
async fn admin_read_organization_branding(admin: AdminCaller, slug: Path<String>) -> Answer {
    read(&admin, &organization(&slug)).await
}

/// Change the brand of an organization
///
/// The sign-in pages and messages of its requests have it, unless the client has its own.
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = BrandingView)),
)]
#[patch("/admin/organizations/{slug}/branding")]
async fn admin_update_organization_branding(
    admin: AdminCaller,
    slug: Path<String>,
    body: Json<BrandingPatch>,
) -> Answer {
    update(&admin, &organization(&slug), body.0).await
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

/// Read the brand of a client
#[utoipa::path(responses((status = 200, description = "Its own settings", body = BrandingView)))]
#[get("/admin/clients/{id}/branding")]
async fn admin_read_client_branding(admin: AdminCaller, id: Path<String>) -> Answer {
    read(&admin, &client(&id)?).await
}

/// Change the brand of a client
///
/// The sign-in pages and messages of its requests have it.
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = BrandingView)),
)]
#[patch("/admin/clients/{id}/branding")]
async fn admin_update_client_branding(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<BrandingPatch>,
) -> Answer {
    update(&admin, &client(&id)?, body.0).await
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
