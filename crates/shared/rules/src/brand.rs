//! The brand of pages and messages.

use serde::{Deserialize, Serialize};

use crate::brand_colors::SchemeColors;
use crate::color::Color;

/// End of the content IDs of messages.
pub const CONTENT_HOST: &str = "@doorward";
/// Path of the files of brands, which the pages serve.
pub const FILES: &str = "/brand/";
/// The languages of the pages.
pub const LANGUAGES: [&str; 11] = [
    "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ar", "ja", "zh",
];

/// Name, pictures, colors and links with which pages and messages appear. Its files are served by
/// this server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// Name of the site.
    pub name: String,
    pub logo: Option<Logo>,
    /// URL of the icon of the pages; `None`: that of the server.
    pub icon_url: Option<String>,
    /// URL of the style sheet that follows that of the server.
    pub style_url: Option<String>,
    /// The chosen colors, from which the style sheet follows.
    pub colors: SchemeColors,
    /// Color of buttons in messages; `None`: that of the style sheet.
    pub accent: Option<Color>,
    pub links: BrandLinks,
    /// Code of the language of users whose language is unknown; `None`: that of the configuration.
    pub default_language: Option<String>,
}

/// The purpose of a deployment, which the console marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    Production,
    Staging,
    Development,
}

impl Stage {
    /// Returns the values of `branding.stage`.
    pub const NAMES: &'static [&'static str] = &["production", "staging", "development"];
}

/// The logo, which replaces the mark and the name in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    pub light: LogoFile,
    /// The logo for the dark scheme, if it differs.
    pub dark: Option<LogoFile>,
}

/// A picture with the size at which it is shown, so that nothing moves when it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoFile {
    pub url: String,
    /// In CSS pixels.
    pub width: u32,
    pub height: u32,
}

impl LogoFile {
    /// Returns the name of the file, which contains the hash of its content.
    pub fn name(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the content ID of the file in messages (RFC 2392).
    pub fn content_id(&self) -> String {
        format!("{}{CONTENT_HOST}", self.name())
    }
}

/// The operator's pages, as absolute URLs: `https`, and also `mailto` for support.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandLinks {
    pub support: Option<String>,
    pub privacy: Option<String>,
    pub terms: Option<String>,
    pub imprint: Option<String>,
}

impl Brand {
    /// Returns a brand that differs from that of the server by its name only.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}
