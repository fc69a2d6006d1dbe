//! Own brands of clients and organizations, which replace parts of that of the deployment.

use std::fmt;

use doorward_domain::model::LogoId;

use crate::brand::{Brand, FILES, LANGUAGES, Logo, LogoFile};
use crate::brand_colors::{ChosenColors, SchemeColors, UnreadableColor};
use crate::color::{Color, ColorError};
use crate::prelude::*;
use doorward_protocol::setting_url::{self, SettingUrlError};

/// Maximum length of a link, in bytes.
const MAX_LINK: usize = 1_000;

doorward_protocol::words! {
    /// The settings of an own brand, apart from its pictures.
    pub enum BrandSetting {
        Name = "name",
        Accent = "accent",
        AccentDark = "accent_dark",
        Background = "background",
        BackgroundDark = "background_dark",
        SupportUrl = "support_url",
        PrivacyUrl = "privacy_url",
        TermsUrl = "terms_url",
        ImprintUrl = "imprint_url",
        DefaultLanguage = "default_language",
    }

    /// The pictures of a brand: the logo of each color scheme, and the icon of the pages.
    pub enum PictureKind {
        Light = "light",
        Dark = "dark",
        Favicon = "favicon",
    }
}

/// The parts of a brand that a client or an organization replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnBrand {
    pub name: Option<String>,
    pub accent: Option<Color>,
    pub accent_dark: Option<Color>,
    pub background: Option<Color>,
    pub background_dark: Option<Color>,
    pub support_url: Option<String>,
    pub privacy_url: Option<String>,
    pub terms_url: Option<String>,
    pub imprint_url: Option<String>,
    pub default_language: Option<String>,
    pub logo: Option<OwnLogo>,
    /// The logo for the dark scheme. Present only with `logo`.
    pub logo_dark: Option<OwnLogo>,
    /// The icon of the pages, a square.
    pub favicon: Option<OwnLogo>,
}

/// A stored logo or icon, with its size on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLogo {
    pub id: LogoId,
    /// In CSS pixels.
    pub width: u32,
    pub height: u32,
}

impl OwnLogo {
    /// Returns the logo as pages and messages show it.
    pub fn file(&self) -> LogoFile {
        LogoFile {
            url: format!("{FILES}{}.png", self.id),
            width: self.width,
            height: self.height,
        }
    }
}

/// A setting of a brand that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrandError {
    pub setting: BrandSetting,
    pub problem: BrandProblem,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BrandProblem {
    Color(ColorError),
    Contrast(UnreadableColor),
    Link(&'static str),
    Language,
}

impl fmt::Display for BrandProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Color(error) => error.fmt(f),
            Self::Contrast(unreadable) => {
                let suggestion = unreadable.low.suggestion;
                write!(
                    f,
                    "{unreadable}; write {suggestion}, the nearest color of the same hue that passes"
                )
            }
            Self::Link(problem) => f.write_str(problem),
            Self::Language => write!(f, "expected one of {}", LANGUAGES.join(", ")),
        }
    }
}

impl OwnBrand {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub const fn colors(&self) -> SchemeColors {
        SchemeColors {
            light: ChosenColors {
                accent: self.accent,
                background: self.background,
            },
            dark: ChosenColors {
                accent: self.accent_dark,
                background: self.background_dark,
            },
        }
    }

    /// Returns the place of a picture, to replace or remove it.
    pub const fn picture_mut(&mut self, kind: PictureKind) -> &mut Option<OwnLogo> {
        match kind {
            PictureKind::Light => &mut self.logo,
            PictureKind::Dark => &mut self.logo_dark,
            PictureKind::Favicon => &mut self.favicon,
        }
    }

    /// Returns the text of a setting; `None` if it is not set.
    pub fn get(&self, setting: BrandSetting) -> Option<String> {
        let color = |color: Option<Color>| color.map(|color| color.to_string());
        match setting {
            BrandSetting::Name => self.name.clone(),
            BrandSetting::Accent => color(self.accent),
            BrandSetting::AccentDark => color(self.accent_dark),
            BrandSetting::Background => color(self.background),
            BrandSetting::BackgroundDark => color(self.background_dark),
            BrandSetting::SupportUrl => self.support_url.clone(),
            BrandSetting::PrivacyUrl => self.privacy_url.clone(),
            BrandSetting::TermsUrl => self.terms_url.clone(),
            BrandSetting::ImprintUrl => self.imprint_url.clone(),
            BrandSetting::DefaultLanguage => self.default_language.clone(),
        }
    }

    /// Changes a setting; an empty text removes it. [`Self::check`] compares the colors afterwards.
    ///
    /// # Errors
    /// Returns an error for a text that is no color, no link or no language of the pages.
    pub fn set(&mut self, setting: BrandSetting, text: &str) -> Result<(), BrandError> {
        let text = text.trim();
        let failed = |problem| BrandError { setting, problem };
        let color = |text: &str| match text {
            "" => Ok(None),
            text => Color::parse(text)
                .map(Some)
                .map_err(|error| failed(BrandProblem::Color(error))),
        };
        let link = |text: &str| match text {
            "" => Ok(None),
            text => match link_problem(text, setting == BrandSetting::SupportUrl) {
                Some(problem) => Err(failed(BrandProblem::Link(problem))),
                None => Ok(Some(text.to_owned())),
            },
        };
        let language = |text: &str| match text {
            "" => Ok(None),
            text if LANGUAGES.contains(&text) => Ok(Some(text.to_owned())),
            _ => Err(failed(BrandProblem::Language)),
        };
        match setting {
            BrandSetting::Name => self.name = (!text.is_empty()).then(|| text.to_owned()),
            BrandSetting::Accent => self.accent = color(text)?,
            BrandSetting::AccentDark => self.accent_dark = color(text)?,
            BrandSetting::Background => self.background = color(text)?,
            BrandSetting::BackgroundDark => self.background_dark = color(text)?,
            BrandSetting::SupportUrl => self.support_url = link(text)?,
            BrandSetting::PrivacyUrl => self.privacy_url = link(text)?,
            BrandSetting::TermsUrl => self.terms_url = link(text)?,
            BrandSetting::ImprintUrl => self.imprint_url = link(text)?,
            BrandSetting::DefaultLanguage => self.default_language = language(text)?,
        }
        Ok(())
    }

    /// Checks the contrast of the colors.
    ///
    /// # Errors
    /// Returns the first color whose contrast is too low.
    pub fn check(&self) -> Result<(), BrandError> {
        use crate::brand_colors::Scheme::{Dark, Light};
        self.colors().check().map_err(|unreadable| BrandError {
            setting: match (unreadable.scheme, unreadable.is_background) {
                (Light, false) => BrandSetting::Accent,
                (Light, true) => BrandSetting::Background,
                (Dark, false) => BrandSetting::AccentDark,
                (Dark, true) => BrandSetting::BackgroundDark,
            },
            problem: BrandProblem::Contrast(unreadable),
        })
    }
}

impl Brand {
    /// Returns this brand with the own parts in place of the former ones. Colors are replaced together,
    /// because their contrast was checked together, and so are logos. The URL of the style sheet
    /// remains that of the former colors.
    #[must_use]
    pub fn replaced_by(self, own: &OwnBrand) -> Self {
        let colors = own.colors();
        let colors = if colors.is_empty() {
            self.colors
        } else {
            colors
        };
        let logo = own.logo.as_ref().map(|light| Logo {
            light: light.file(),
            dark: own.logo_dark.as_ref().map(OwnLogo::file),
        });
        let language = own.default_language.clone();
        let icon = own.favicon.as_ref().map(|icon| icon.file().url);
        let mut links = self.links;
        for (link, own) in [
            (&mut links.support, &own.support_url),
            (&mut links.privacy, &own.privacy_url),
            (&mut links.terms, &own.terms_url),
            (&mut links.imprint, &own.imprint_url),
        ] {
            if own.is_some() {
                link.clone_from(own);
            }
        }
        Self {
            name: own.name.clone().unwrap_or(self.name),
            logo: logo.or(self.logo),
            accent: colors.message_accent(),
            colors,
            links,
            icon_url: icon.or(self.icon_url),
            style_url: self.style_url,
            default_language: language.or(self.default_language),
        }
    }
}

/// Returns the problem of a link on the pages.
pub fn link_problem(link: &str, may_mail: bool) -> Option<&'static str> {
    let url = match setting_url::parse(link) {
        Ok(url) => url,
        Err(SettingUrlError::NotAbsolute) => return Some("not an address"),
        Err(SettingUrlError::UserInfo) => return Some("with a user or password"),
        Err(SettingUrlError::Characters) => {
            return Some("with characters that an address must not have");
        }
    };
    match url.scheme() {
        _ if link.len() > MAX_LINK => Some("longer than 1000 bytes"),
        "https" if url.has_host() => None,
        "mailto" if may_mail && is_mailbox(link) => None,
        "mailto" if may_mail => Some("not one e-mail address alone"),
        _ if may_mail => Some("neither https nor mailto"),
        _ => Some("not https"),
    }
}

/// Returns true for `mailto:` with one address and without header fields, which would write the message
/// of the user (RFC 6068 §2).
fn is_mailbox(link: &str) -> bool {
    let address = link.get("mailto:".len()..).unwrap_or_default();
    let parts = address.split_once('@');
    let is_plain =
        |text: &str| !text.is_empty() && !text.contains(['@', '?', '%', ',', ';', '&', ':']);
    parts.is_some_and(|(name, host)| is_plain(name) && is_plain(host))
}

#[cfg(test)]
mod tests;
