//! Localization: language negotiation and message catalogs.
//!
//! Messages are in `catalogs/<lang>/*.ftl` (Project Fluent) and are compiled in. Tests compare
//! every key and every variable of every language with English, so that a page never shows a bare
//! key.

use fluent_bundle::{FluentArgs, FluentValue};

mod catalog;
pub mod date;
pub mod device;
pub mod feature_texts;
mod lang;
mod number;
pub mod overlay;
pub mod own_texts;
pub mod place;

pub use lang::Lang;

impl Lang {
    /// Returns the text for `key`, without variables.
    pub fn text(self, key: &str) -> String {
        self.format_message(key, None)
    }

    /// Returns the text for `key` with variables. Numbers select the plural form.
    pub fn text_with(self, key: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        let variables: FluentArgs<'_> = variables.iter().cloned().collect();
        self.format_message(key, Some(&variables))
    }

    /// Returns the text for a key that contains a stored value, or `None` if no text exists for it.
    pub fn find(self, key: &str) -> Option<String> {
        self.try_format(key, None).ok()
    }

    fn format_message(self, key: &str, variables: Option<&FluentArgs<'_>>) -> String {
        self.try_format(key, variables).unwrap_or_else(|error| {
            tracing::error!(key, lang = self.code(), error, "no text for this key");
            debug_assert!(false, "no text for {key} in {}: {error}", self.code());
            key.to_owned()
        })
    }

    fn try_format(
        self,
        key: &str,
        variables: Option<&FluentArgs<'_>>,
    ) -> Result<String, &'static str> {
        let found = match overlay::find(self, key, variables) {
            Some(own) => own,
            None => catalog::find(self, key, variables)
                .or_else(|_| catalog::find(Self::En, key, variables))?,
        };
        Ok(match self {
            Self::Pseudo | Self::PseudoRtl => lengthen(&found),
            _ => found,
        })
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

/// Selects the language of a page. Order: the client's request (`ui_locales`, OIDC Core §3.1.2.1),
/// the user's choice in this browser (cookie), the locale in the signed-in user's profile, the
/// browser's preference (`Accept-Language`, RFC 9110 §12.5.4), the fallback. Unknown and malformed
/// values are skipped.
pub fn negotiate(
    ui_locales: &[String],
    cookie: Option<&str>,
    own: Option<&str>,
    accept_language: Option<&str>,
    fallback: Lang,
) -> Lang {
    ui_locales
        .iter()
        .find_map(|tag| Lang::from_tag(tag))
        .or_else(|| cookie.and_then(Lang::from_tag))
        .or_else(|| own.and_then(Lang::from_tag))
        .or_else(|| accept_language.and_then(preferred))
        .unwrap_or(fallback)
}

/// Returns the best supported language of an `Accept-Language` header. `q=0` excludes a language.
fn preferred(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    // Browsers send a few ranges; a longer list is not genuine.
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
