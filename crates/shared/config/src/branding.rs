//! `[branding]`: name, pictures, colors, links and default language of the pages and messages.

use std::path::{Path, PathBuf};

use doorward_rules::brand::{LANGUAGES, Stage};
use doorward_rules::brand_colors::{ChosenColors, SchemeColors};
use doorward_rules::color::Color;

use super::key::Kind;

section! {
    pub struct Branding in "branding" {
        /// Site name shown on every page and in e-mail messages.
        name: String = Kind::Text.default("Doorward");
        /// Mark of this deployment in the header of the console: `production`, `staging` or
        /// `development`. Unset: `development` in `dev`, otherwise no mark.
        stage: Option<Stage> = Kind::OneOf(Stage::NAMES).unset();
        /// Path of the logo (PNG, JPEG, GIF or WebP, at most 2 MiB). It replaces the mark and the
        /// name in the header of every page and message; its alternative text is the name. It is
        /// re-encoded and shown with at most 240 × 44 pixels, so 480 × 88 suffice. Read at start.
        logo: Option<PathBuf> = Kind::Path.unset();
        /// Path of the logo for the dark color scheme. Unset: `branding.logo` in both schemes.
        logo_dark: Option<PathBuf> = Kind::Path.unset();
        /// Path of the icon of the pages (PNG, JPEG, GIF or WebP, at most 2 MiB). The middle square
        /// is used, with at most 256 pixels. Read at start. Unset: the icon of Doorward.
        favicon: Option<PathBuf> = Kind::Path.unset();
        /// Color of links and buttons in the light color scheme, such as `#c2410c`. Its contrast
        /// with white and with the page must be at least 4.5 : 1 (WCAG 2.2); otherwise `serve` does
        /// not start, and names the nearest color of the same hue that passes. The colors below the
        /// pointer and of tinted areas follow from it. Unset: blue, or the color that follows from
        /// `branding.accent_dark`.
        accent: Option<Color> = Kind::Color.unset();
        /// Color of links and buttons in the dark color scheme, with the same contrast to its
        /// surfaces. Unset: the accent, made lighter until its contrast is 7 : 1.
        accent_dark: Option<Color> = Kind::Color.unset();
        /// Color of the page around the content in the light color scheme. Texts must have a
        /// contrast of at least 4.5 : 1 with it, so only light colors pass.
        background: Option<Color> = Kind::Color.unset();
        /// Color of the page around the content in the dark color scheme; only dark colors pass.
        background_dark: Option<Color> = Kind::Color.unset();
        /// Address of your privacy policy (`https`), linked on every page and in e-mail messages.
        /// Discovery contains it as `op_policy_uri`.
        privacy_url: Option<String> = Kind::Url.unset();
        /// Address of your terms of service (`https`), linked on every page and in e-mail messages.
        /// Discovery contains it as `op_tos_uri`.
        terms_url: Option<String> = Kind::Url.unset();
        /// Address of your imprint (`https`), linked on every page and in e-mail messages.
        imprint_url: Option<String> = Kind::Url.unset();
        /// Address at which users get help (`https`, or `mailto:support@example.org`), linked on
        /// every page and in e-mail messages.
        support_url: Option<String> = Kind::Url.unset();
        /// Path of a directory with own templates of e-mail messages, such as `all.html` or
        /// `reset.de.txt`. Read at start; an unknown variable or a missing link in one is an error.
        /// Unset: the layout of Doorward, with the logo, the color and the links above.
        mail_templates: Option<PathBuf> = Kind::Path.unset();
        /// Path of a directory with own texts of pages and e-mail messages: `de.ftl` has messages in
        /// German with the keys of the catalogs. Read at start; an unknown key or variable is an
        /// error. Unset: the texts of Doorward.
        texts: Option<PathBuf> = Kind::Path.unset();
        /// Language of pages if the browser requests none of the eleven languages, and of messages
        /// to users whose language is unknown. A client's `ui_locales`, the choice of the user and
        /// the browser's `Accept-Language` take precedence.
        default_language: String = Kind::OneOf(&LANGUAGES).default("en");
    }
}

impl Branding {
    /// Returns the operator's colors.
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

    /// Returns the picture files with their keys.
    pub fn pictures(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let files = [
            ("branding.logo", &self.logo),
            ("branding.logo_dark", &self.logo_dark),
            ("branding.favicon", &self.favicon),
        ];
        let files = files.into_iter();
        files.filter_map(|(key, path)| path.as_deref().map(|path| (key, path)))
    }
}
