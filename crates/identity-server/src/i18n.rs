//! Languages: which one a page is written in, and the words themselves.
//!
//! The words live in `i18n/<lang>/*.ftl` (Project Fluent) and are compiled in. A test compares every
//! key and every variable of every language with English, so that a page never shows a bare key.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::{LanguageIdentifier, langid};

fluent_templates::static_loader! {
    static WORDS = {
        locales: "./i18n",
        fallback_language: "en",
        // Variables are wrapped in <bdi> by the templates where they may run against the text;
        // invisible isolation marks would be copied along with names and addresses.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const EN: LanguageIdentifier = langid!("en");
const DE: LanguageIdentifier = langid!("de");

/// A language that pages can be written in.
///
/// To add one: a variant here, a folder in `i18n/`, and the tests say what is still missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English, the fallback.
    #[default]
    En,
    /// German.
    De,
    /// English made 40 % longer and accented, to find text that breaks a layout. Never negotiated.
    Pseudo,
    /// The same, set from right to left. Never negotiated.
    PseudoRtl,
}

impl Lang {
    /// The languages that a person can choose.
    pub const ALL: &[Self] = &[Self::En, Self::De];

    /// The BCP 47 tag, for `lang` attributes, cookies and `ui_locales_supported`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Pseudo => "en-XA",
            Self::PseudoRtl => "ar-XB",
        }
    }

    /// The writing direction, for the `dir` attribute.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::De | Self::Pseudo => "ltr",
            Self::PseudoRtl => "rtl",
        }
    }

    /// The language's name in itself, as the language menu shows it.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Pseudo => "Ƥşḗŭḓǿ",
            Self::PseudoRtl => "Ƥşḗŭḓǿ RTL",
        }
    }

    /// The language for a BCP 47 tag, by its primary subtag: `de-AT` is German. `None` if there is
    /// no such translation.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .iter()
            .copied()
            .find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }

    /// The words for `key`, without variables.
    pub fn text(self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// The words for `key`, with variables filled in. Numbers choose the plural form.
    pub fn text_with(self, key: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        let map: HashMap<Cow<'static, str>, FluentValue<'_>> = variables
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
            .collect();
        self.look_up(key, Some(&map))
    }

    fn look_up(
        self,
        key: &str,
        variables: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>,
    ) -> String {
        let bundle = match self {
            Self::De => &DE,
            Self::En | Self::Pseudo | Self::PseudoRtl => &EN,
        };
        let found = WORDS
            .lookup_single_language(bundle, key, variables)
            .or_else(|_| WORDS.lookup_single_language(&EN, key, variables));
        match (found, self) {
            (Ok(words), Self::Pseudo | Self::PseudoRtl) => lengthen(&words),
            (Ok(words), _) => words,
            (Err(error), _) => {
                tracing::error!(key, lang = self.code(), %error, "no words for this key");
                debug_assert!(false, "no words for {key} in {}: {error}", self.code());
                key.to_owned()
            }
        }
    }
}

/// Accents the vowels and adds 40 % of length, in words so that lines can break.
fn lengthen(words: &str) -> String {
    let mut long: String = words
        .chars()
        .map(|c| match c {
            'a' => 'á',
            'e' => 'ë',
            'i' => 'ï',
            'o' => 'ö',
            'u' => 'ü',
            other => other,
        })
        .collect();
    let extra = words.chars().count() * 2 / 5;
    for index in 0..extra {
        long.push(if index % 7 == 0 && extra > 3 {
            ' '
        } else {
            '~'
        });
    }
    long
}

/// Chooses the language of a page: what the app asked for (`ui_locales`, OIDC Core §3.1.2.1), then
/// what the person chose before in this browser (the cookie), then the language of the signed-in
/// person's profile, then what the browser asks for (`Accept-Language`, RFC 9110 §12.5.4), then
/// English. Unknown and malformed values are passed over.
pub fn negotiate(
    ui_locales: &[String],
    cookie: Option<&str>,
    own: Option<&str>,
    accept_language: Option<&str>,
) -> Lang {
    ui_locales
        .iter()
        .find_map(|tag| Lang::from_tag(tag))
        .or_else(|| cookie.and_then(Lang::from_tag))
        .or_else(|| own.and_then(Lang::from_tag))
        .or_else(|| accept_language.and_then(preferred))
        .unwrap_or_default()
}

/// The best supported language of an `Accept-Language` header. `q=0` means "not this one".
fn preferred(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    // Browsers send a handful; a longer list is somebody playing.
    for range in header.split(',').take(32) {
        let mut parts = range.split(';');
        let Some(lang) = parts.next().and_then(Lang::from_tag) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(_, other)| weight > other) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests;
