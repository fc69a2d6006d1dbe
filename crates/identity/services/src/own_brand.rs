//! Own brands of clients and organizations: the brand of a request, files, the encoding of pictures.

use doorward_domain::model::{BrandOwners, LogoId};
use doorward_i18n::overlay::Overlay;
use doorward_rules::brand::{Brand, FILES};
use doorward_rules::own_brand::{OwnBrand, OwnLogo, PictureKind};

use crate::branding::{BrandFile, LOGO_SHAPE, PNG, sheet_named, sheet_of, shown_size};
use crate::context::{Core, Directory};
use crate::error::{FlowResult, Result};
use crate::pictures::{Picture, PictureEncoder, PictureError, Shape};
use crate::prelude::*;

/// Returns the brand of a request: that of its client, else of its organization, else of the
/// deployment.
#[boxed]
pub async fn of_owners(
    core: &Core,
    directory: &Directory,
    owners: &BrandOwners,
) -> Result<Arc<Brand>> {
    let mut found = Vec::new();
    for owner in owners.by_precedence() {
        found.push(directory.own_brand(core, owner).await?);
    }
    let set = found.iter().rev().filter(|own| !own.is_empty());
    let set: Vec<&OwnBrand> = set.map(|own| &**own).collect();
    if set.is_empty() {
        return Ok(Arc::clone(core.brand()));
    }
    Ok(Arc::new(replaced(core.brand(), set)))
}

/// Returns the own texts of the client and the organization of a request, first those of the client.
#[boxed]
pub async fn texts_of_owners(
    core: &Core,
    directory: &Directory,
    owners: &BrandOwners,
) -> Result<Vec<Arc<Overlay>>> {
    let mut found = Vec::new();
    if !directory.own_texts.has_of_brands() {
        return Ok(found);
    }
    for owner in owners.by_precedence() {
        let texts = directory.texts_of(core, owner.into()).await?;
        if !texts.is_empty() {
            found.push(texts);
        }
    }
    Ok(found)
}

/// Returns the brand with own parts, the last of which take precedence, and the style sheet of its
/// colors.
pub fn replaced<'a>(site: &Brand, own: impl IntoIterator<Item = &'a OwnBrand>) -> Brand {
    let own = own.into_iter();
    let brand = own.fold(site.clone(), Brand::replaced_by);
    Brand {
        style_url: Some(format!("{FILES}{}", sheet_of(&brand.colors).name)),
        ..brand
    }
}

/// Returns a file of a brand by its name: of the deployment, or of a client or organization.
#[boxed]
pub async fn file(core: &Core, name: &str) -> Result<Option<BrandFile>> {
    if let Some(file) = core.branding.file(name) {
        return Ok(Some(file.clone()));
    }
    if let Some(sheet) = sheet_named(name) {
        return Ok(Some(sheet));
    }
    let Some(id) = name.strip_suffix(".png").and_then(LogoId::parse) else {
        return Ok(None);
    };
    let found = repo::brands::find_picture(core.db.read(), &id).await?;
    Ok(found.map(|picture| BrandFile {
        name: name.to_owned(),
        content_type: PNG,
        body: picture.png,
    }))
}

/// Encodes an uploaded picture like one of the configuration. Returns the PNG, and what the brand
/// stores.
#[boxed]
pub async fn encode_picture(
    encoder: &PictureEncoder,
    kind: PictureKind,
    file: Vec<u8>,
    id: LogoId,
) -> FlowResult<(Vec<u8>, OwnLogo), PictureError> {
    let shape = match kind {
        PictureKind::Light | PictureKind::Dark => LOGO_SHAPE,
        PictureKind::Favicon => Shape::Square,
    };
    let Picture { png, width, height } = encoder.draw(file, shape).await?;
    let (width, height) = shown_size(width, height);
    Ok((png, OwnLogo { id, width, height }))
}
