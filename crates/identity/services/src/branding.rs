//! The brand of the deployment: `[branding]` with its files, read and encoded at start.

mod style;

use std::fs::File;
use std::io::{self, Read as _};

use doorward_config::branding;
use doorward_rules::brand::{Brand, BrandLinks, FILES, Logo, LogoFile};
use doorward_rules::brand_colors::SchemeColors;
use sha2::{Digest as _, Sha256};

use crate::pictures::{self, MAX_FILE, Picture, PictureError, Shape};
use crate::prelude::*;

pub(crate) const PNG: &str = "image/png";
const LOGO: &str = "branding.logo";
const LOGO_DARK: &str = "branding.logo_dark";
const FAVICON: &str = "branding.favicon";
/// Maximum size of a logo on a page, in CSS pixels.
const SHOWN: (u32, u32) = (240, 44);
/// Pixels of the encoded logo for each CSS pixel.
const DENSITY: u32 = 2;
pub(crate) const LOGO_SHAPE: Shape = Shape::Within(SHOWN.0 * DENSITY, SHOWN.1 * DENSITY);

/// The brand with its files.
#[derive(Debug, Default)]
pub struct Branding {
    pub brand: Arc<Brand>,
    pub files: Vec<BrandFile>,
}

/// A file of the brand. Its name contains the hash of its content, so that its URL never shows
/// anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandFile {
    pub name: String,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

/// A picture file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct BrandFileError {
    /// Key of the configuration that names the file.
    pub key: &'static str,
    pub problem: String,
}

impl Branding {
    /// Reads the files that the section names.
    pub fn open(section: &branding::Branding) -> Result<Self, BrandFileError> {
        let mut files = Files::default();
        let mut logo =
            |key, path: Option<&Path>| path.map(|path| files.add_logo(key, path)).transpose();
        let light = logo(LOGO, section.logo.as_deref())?;
        let dark = logo(LOGO_DARK, section.logo_dark.as_deref())?;
        let logo = light.map(|light| Logo { light, dark });
        let icon = section.favicon.as_deref();
        let icon = icon.map(|path| read(FAVICON, path)).transpose()?;
        let colors = section.colors();
        let sheet = style::sheet(&colors, logo.is_some());
        let brand = Brand {
            name: section.name.clone(),
            icon_url: icon.map(|icon| files.add("icon", "png", icon.png)),
            style_url: sheet.map(|sheet| files.add("brand", "css", sheet.into_bytes())),
            accent: colors.message_accent(),
            colors,
            links: BrandLinks {
                support: section.support_url.clone(),
                privacy: section.privacy_url.clone(),
                terms: section.terms_url.clone(),
                imprint: section.imprint_url.clone(),
            },
            logo,
            default_language: None,
        };
        Ok(Self {
            brand: Arc::new(brand),
            files: files.0,
        })
    }

    /// Returns the content of a file of the brand.
    pub fn file(&self, name: &str) -> Option<&BrandFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

/// Returns the errors of all picture files that the section names.
pub fn check_files(section: &branding::Branding) -> Vec<BrandFileError> {
    let pictures = section.pictures();
    pictures
        .filter_map(|(key, path)| read(key, path).err())
        .collect()
}

/// Returns the style sheet of own colors. Its name contains them, so that every process finds it
/// without reading a brand. It always has the rules for a logo.
pub(crate) fn sheet_of(colors: &SchemeColors) -> BrandFile {
    let sheet = style::sheet(colors, true).unwrap_or_default();
    BrandFile::new(&style::stem(colors), "css", sheet.into_bytes())
}

/// Returns the style sheet with this name, if the hash in it is that of the content.
pub(crate) fn sheet_named(name: &str) -> Option<BrandFile> {
    let (stem, _) = name.split_once('.')?;
    let sheet = sheet_of(&style::colors_in(stem)?);
    (sheet.name == name).then_some(sheet)
}

/// Returns the language of pages and messages if no other one is known.
pub fn default_lang(config: &Config) -> Lang {
    Lang::from_tag(&config.branding.default_language).unwrap_or_default()
}

impl BrandFile {
    fn new(stem: &str, extension: &str, body: Vec<u8>) -> Self {
        let hash = Sha256::digest(&body)[..6]
            .iter()
            .fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        Self {
            name: format!("{stem}.{hash:012x}.{extension}"),
            content_type: if extension == "css" {
                "text/css; charset=utf-8"
            } else {
                PNG
            },
            body,
        }
    }
}

#[derive(Default)]
struct Files(Vec<BrandFile>);

impl Files {
    /// Adds a file and returns its URL.
    fn add(&mut self, stem: &str, extension: &str, body: Vec<u8>) -> String {
        let file = BrandFile::new(stem, extension, body);
        let url = format!("{FILES}{}", file.name);
        self.0.push(file);
        url
    }

    fn add_logo(&mut self, key: &'static str, path: &Path) -> Result<LogoFile, BrandFileError> {
        let Picture { png, width, height } = read(key, path)?;
        let (width, height) = shown_size(width, height);
        Ok(LogoFile {
            url: self.add("logo", "png", png),
            width,
            height,
        })
    }
}

/// Returns the size of a logo on a page: with its proportions, and not enlarged.
pub(crate) fn shown_size(width: u32, height: u32) -> (u32, u32) {
    let (max_width, max_height) = SHOWN;
    let scaled = |side: u32, to: u32, of: u32| ((side * to + of / 2) / of.max(1)).max(1);
    if width <= max_width && height <= max_height {
        (width, height)
    } else if width * max_height > height * max_width {
        (max_width, scaled(height, max_width, width))
    } else {
        (scaled(width, max_height, height), max_height)
    }
}

/// Reads and encodes a picture.
fn read(key: &'static str, path: &Path) -> Result<Picture, BrandFileError> {
    let shape = match key {
        FAVICON => Shape::Square,
        _ => LOGO_SHAPE,
    };
    let failed = |problem: String| BrandFileError {
        key,
        problem: format!("the file {} {problem}", path.display()),
    };
    let file = bytes(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
    pictures::draw(&file, shape).map_err(|error| failed(describe(error)))
}

/// Reads a file, but not much more than a picture may have.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = MAX_FILE as u64 + 1;
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn describe(error: PictureError) -> String {
    match error {
        PictureError::Missing => "is empty".to_owned(),
        PictureError::TooLarge => {
            format!(
                "has more than {} MiB or too many pixels",
                MAX_FILE / 1024 / 1024
            )
        }
        PictureError::NoPicture => "is not a PNG, JPEG, GIF or WebP picture".to_owned(),
    }
}

#[cfg(test)]
mod tests;
