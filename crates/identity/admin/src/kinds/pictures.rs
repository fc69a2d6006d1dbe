//! Pictures as members of objects: a stored one by its SHA-256, a new one by its content in base64url. The server
//! encodes each picture again, so a new one is compared after that.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_domain::model::{BrandOwner, LogoId};
use doorward_rules::own_brand::PictureKind;
use doorward_services::own_brand;
use sha2::{Digest as _, Sha256};

use super::kind::{Document, Object, Part, Picture, PictureForm as Form, Step};
use crate::brands::operations::{
    REMOVE_CLIENT_LOGO, REMOVE_ORGANIZATION_LOGO, SET_CLIENT_LOGO, SET_ORGANIZATION_LOGO,
};
use crate::clients::operations::{REMOVE_LOGO, SET_LOGO};
use crate::clients::picture_error;
use crate::operation::{PICTURE, find, put};
use crate::prelude::*;

/// Start of the text in place of a stored picture.
const DIGEST: &str = "sha256:";
/// Number of pictures that are in memory at once.
const AT_ONCE: usize = 50;

const fn of_brand(member: &'static str, kind: PictureKind) -> Picture {
    Picture {
        member,
        form: Form::Brand(kind),
    }
}

const LIGHT: Picture = of_brand("branding.logo", PictureKind::Light);
const DARK: Picture = of_brand("branding.logo_dark", PictureKind::Dark);
const ICON: Picture = of_brand("branding.favicon", PictureKind::Favicon);

/// The pictures of an own brand.
pub(super) const OF_BRAND: &[Picture] = &[LIGHT, DARK, ICON];
/// The pictures of a client.
pub const OF_CLIENT: &[Picture] = &[
    Picture {
        member: LOGO.member,
        form: Form::Logo,
    },
    LIGHT,
    DARK,
    ICON,
];

/// The logo of a client.
pub const LOGO: Part = Part {
    member: "consent.logo",
    steps: |object, before, after| {
        if before == after {
            return Vec::new();
        }
        let mut body = Document::from_iter([("id".to_owned(), member(object, "id"))]);
        let entry = if after.is_null() {
            &REMOVE_LOGO
        } else {
            &SET_LOGO
        };
        body.extend((!after.is_null()).then(|| (PICTURE.to_owned(), after.clone())));
        vec![Step { entry, body }]
    },
};

fn member(object: &Document, name: &str) -> Value {
    object.get(name).cloned().unwrap_or_default()
}

/// Returns the operation that sets or removes a picture of a brand; `None` for another member.
pub(super) fn brand_step(object: &Document, name: &str, after: &Value) -> Option<Step> {
    let pictures = OF_BRAND.iter();
    let kind = pictures.filter_map(|picture| match picture.form {
        Form::Brand(kind) if picture.member.ends_with(&format!(".{name}")) => Some(kind),
        _ => None,
    });
    let scheme = kind.map(PictureKind::as_str).next()?;
    let is_organization = object.contains_key("slug");
    let target = if is_organization { "slug" } else { "id" };
    let entry = match (is_organization, after.is_null()) {
        (true, false) => &SET_ORGANIZATION_LOGO,
        (true, true) => &REMOVE_ORGANIZATION_LOGO,
        (false, false) => &SET_CLIENT_LOGO,
        (false, true) => &REMOVE_CLIENT_LOGO,
    };
    let mut body = Document::from_iter([
        (target.to_owned(), member(object, target)),
        ("scheme".to_owned(), scheme.into()),
    ]);
    body.extend((!after.is_null()).then(|| (PICTURE.to_owned(), after.clone())));
    Some(Step { entry, body })
}

fn digest(picture: &[u8]) -> String {
    format!(
        "{DIGEST}{}",
        URL_SAFE_NO_PAD.encode(Sha256::digest(picture))
    )
}

/// Returns true for a text in place of a stored picture.
pub fn is_digest(text: &str) -> bool {
    text.starts_with(DIGEST)
}

impl Picture {
    /// Replaces a picture that is stored by its digest. Another one stays.
    pub(super) async fn complete(
        &self,
        context: &AdminContext<'_>,
        document: &mut Document,
        before: Option<&Document>,
    ) -> Result<()> {
        let Some(given) = find(document, self.member).and_then(Value::as_str) else {
            return Ok(());
        };
        let stored = before.and_then(|before| find(before, self.member)?.as_str());
        if stored == Some(given) || given.is_empty() {
            return Ok(());
        }
        let wrong =
            |problem: &str| AdminError::invalid("picture", format!("{} {problem}", self.member));
        if is_digest(given) {
            return Err(wrong("is not stored: name its file, or send its content"));
        }
        let Some(stored) = stored else {
            return Ok(());
        };
        let file = URL_SAFE_NO_PAD.decode(given);
        let file = file.map_err(|_| wrong("must be base64url"))?;
        let is_same =
            digest(&file) == stored || digest(&self.encode(context, file).await?) == stored;
        if is_same {
            let stored = stored.into();
            put(document, self.member, stored);
        }
        Ok(())
    }

    async fn encode(&self, context: &AdminContext<'_>, file: Vec<u8>) -> Result<Vec<u8>> {
        let encoder = context.deployment.pictures();
        match self.form {
            Form::Logo => encoder.redraw(file).await.map_err(picture_error),
            Form::Brand(kind) => {
                let id = LogoId::generate(&mut context.rng());
                let encoded = own_brand::encode_picture(&encoder, kind, file, id).await;
                encoded.map(|(png, _)| png).map_err(picture_error)
            }
        }
    }

    /// Reads the stored picture of an object.
    #[boxed(?Send)]
    pub async fn read(
        &self,
        context: &AdminContext<'_>,
        object: &Document,
    ) -> Result<Option<Vec<u8>>> {
        let read = context.db.read();
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let client = text("id").and_then(ClientId::parse);
        match self.form {
            Form::Logo => {
                let Some(id) = client else {
                    return Ok(None);
                };
                let client = repo::clients::find(read, &id).await?;
                let Some(logo) = client.and_then(|client| client.consent.logo) else {
                    return Ok(None);
                };
                let found = repo::client_logos::find(read, &logo).await?;
                Ok(found.map(|logo| logo.png))
            }
            Form::Brand(kind) => {
                let owner = text("slug").map(|slug| BrandOwner::Organization(slug.to_owned()));
                let Some(owner) = owner.or_else(|| client.map(BrandOwner::Client)) else {
                    return Ok(None);
                };
                let mut brand = repo::brands::find(read, &owner).await?;
                let Some(logo) = brand.picture_mut(kind).take() else {
                    return Ok(None);
                };
                let found = repo::brands::find_picture(read, &logo.id).await?;
                Ok(found.map(|picture| picture.png))
            }
        }
    }
}

/// Replaces the addresses of logos in the documents of clients by digests.
#[boxed(?Send)]
pub async fn add_logos(context: &AdminContext<'_>, objects: &mut [Object]) -> Result<()> {
    let mut places = BTreeMap::new();
    for (place, object) in objects.iter().enumerate() {
        let path = find(&object.document, LOGO.member).and_then(Value::as_str);
        let name = path.and_then(|path| path.rsplit('/').next()?.strip_suffix(".png"));
        places.extend(name.and_then(LogoId::parse).map(|id| (id, place)));
    }
    let ids: Vec<&LogoId> = places.keys().collect();
    for ids in ids.chunks(AT_ONCE) {
        for logo in repo::client_logos::find_all(context.db.read(), ids).await? {
            if let Some(place) = places.get(&logo.id) {
                put(
                    &mut objects[*place].document,
                    LOGO.member,
                    digest(&logo.png).into(),
                );
            }
        }
    }
    Ok(())
}

/// Replaces the pictures in the documents of brands by digests.
pub(super) async fn add_brand_pictures(
    context: &AdminContext<'_>,
    objects: &mut [Object],
) -> Result<()> {
    let mut places = BTreeMap::new();
    for (place, object) in objects.iter().enumerate() {
        for picture in OF_BRAND {
            let stored = find(&object.document, picture.member);
            let id = stored.and_then(|stored| LogoId::parse(stored.get("id")?.as_str()?));
            places.extend(id.map(|id| (id, (place, picture.member))));
        }
    }
    let ids: Vec<&LogoId> = places.keys().collect();
    for ids in ids.chunks(AT_ONCE) {
        for picture in repo::brands::find_pictures(context.db.read(), ids).await? {
            if let Some((place, member)) = places.get(&picture.id) {
                put(
                    &mut objects[*place].document,
                    member,
                    digest(&picture.png).into(),
                );
            }
        }
    }
    Ok(())
}
