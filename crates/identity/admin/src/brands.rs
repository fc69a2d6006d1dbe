//! Own brands of clients and organizations: their settings and pictures. Only administrators of the
//! whole deployment change them, because users type their passwords on these pages.

pub mod operations;

use doorward_domain::model::{BrandOwner, BrandPicture, LogoId};
use doorward_rules::own_brand::{BrandError, BrandSetting, OwnBrand, PictureKind};
use doorward_services::own_brand;

use crate::prelude::*;
use crate::{clients, organizations};

/// Returns the brand of an owner; an empty one if it has none.
pub async fn get(context: &AdminContext<'_>, owner: &BrandOwner) -> Result<OwnBrand> {
    match owner {
        BrandOwner::Client(id) => drop(clients::get(context, id).await?),
        BrandOwner::Organization(slug) => drop(organizations::get(context, slug).await?),
    }
    of_known(context, owner).await
}

/// Returns the brand of an owner that was read.
#[boxed(?Send)]
pub async fn of_known(context: &AdminContext<'_>, owner: &BrandOwner) -> Result<OwnBrand> {
    Ok(repo::brands::find(context.db.read(), owner).await?)
}

/// Returns the brand to change. Changes run one at a time, see [`AdminContext::begin`].
async fn get_in(context: &AdminContext<'_>, tx: &WriteTx, owner: &BrandOwner) -> Result<OwnBrand> {
    match owner {
        BrandOwner::Client(id) => drop(clients::get_in(context, tx, id).await?),
        BrandOwner::Organization(slug) => {
            organizations::get_in(context, tx, slug).await?;
            context.require_global("organizations:write")?;
        }
    }
    Ok(repo::brands::find(tx, owner).await?)
}

/// Changes settings; an empty text removes one. The version is that of the brand.
#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    owner: &BrandOwner,
    change: &[(BrandSetting, String)],
) -> Result<OwnBrand> {
    let tx = context.begin().await?;
    let before = get_in(context, &tx, owner).await?;
    let mut brand = before.clone();
    for (setting, text) in change {
        brand.set(*setting, text).map_err(invalid)?;
    }
    brand.check().map_err(invalid)?;
    if brand.name != before.name
        && let Some(name) = &brand.name
    {
        brand.name = Some(context.check_displayed("name", name, 100)?);
    }
    context.unchanged(&before)?;
    repo::brands::put(&tx, owner, &brand, context.now()).await?;
    commit(context, tx, owner, [&before, &brand], "branding").await?;
    Ok(brand)
}

/// Sets the logo of a scheme, or the icon. The dark logo has no effect without the light one.
#[boxed(?Send)]
pub async fn set_logo(
    context: &AdminContext<'_>,
    owner: &BrandOwner,
    kind: PictureKind,
    file: Vec<u8>,
) -> Result<OwnBrand> {
    let id = LogoId::generate(&mut context.rng());
    let encoder = context.deployment.pictures();
    let encoded = own_brand::encode_picture(&encoder, kind, file, id.clone()).await;
    let (png, logo) = encoded.map_err(clients::picture_error)?;
    let tx = context.begin().await?;
    let before = get_in(context, &tx, owner).await?;
    if kind == PictureKind::Dark && before.logo.is_none() {
        let problem = "has no effect without a logo for the light scheme; set that first";
        return Err(AdminError::invalid("logo_dark", problem));
    }
    context.unchanged(&before)?;
    let mut brand = before.clone();
    let former = brand.picture_mut(kind).replace(logo);
    let now = context.now();
    repo::brands::put(&tx, owner, &brand, now).await?;
    if let Some(former) = former {
        repo::brands::remove_picture(&tx, &former.id).await?;
    }
    let picture = BrandPicture {
        id,
        brand: owner.key(),
        png,
        created_at: now,
    };
    repo::brands::insert_picture(&tx, &picture).await?;
    commit(context, tx, owner, [&before, &brand], change_of(kind)).await?;
    Ok(brand)
}

/// Removes the logo of a scheme, or the icon; without the light logo there is no dark one.
#[boxed(?Send)]
pub async fn remove_logo(
    context: &AdminContext<'_>,
    owner: &BrandOwner,
    kind: PictureKind,
) -> Result<OwnBrand> {
    let tx = context.begin().await?;
    let before = get_in(context, &tx, owner).await?;
    context.unchanged(&before)?;
    let mut brand = before.clone();
    let mut removed = vec![brand.picture_mut(kind).take()];
    if kind == PictureKind::Light {
        removed.push(brand.logo_dark.take());
    }
    for logo in removed.into_iter().flatten() {
        repo::brands::remove_picture(&tx, &logo.id).await?;
    }
    repo::brands::put(&tx, owner, &brand, context.now()).await?;
    commit(context, tx, owner, [&before, &brand], change_of(kind)).await?;
    Ok(brand)
}

/// Returns the change of an event. The icon is a detail of the brand.
const fn change_of(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Light | PictureKind::Dark => "branding logo",
        PictureKind::Favicon => "branding",
    }
}

async fn commit(
    context: &AdminContext<'_>,
    tx: WriteTx,
    owner: &BrandOwner,
    [before, after]: [&OwnBrand; 2],
    change: &str,
) -> Result<()> {
    let event = match owner {
        BrandOwner::Client(id) => context.event(AuditKind::ClientChanged, id, change),
        BrandOwner::Organization(slug) => {
            context.event(AuditKind::OrganizationChanged, slug, change)
        }
    };
    let event = difference(event, &json!(before), &json!(after));
    context.commit_with(tx, &event).await
}

fn invalid(error: BrandError) -> AdminError {
    AdminError::invalid(error.setting.as_str(), error.problem.to_string())
}
