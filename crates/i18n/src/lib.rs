//! Languages: which one a page is written in, and the words themselves.
//!
//! The words live in `catalogs/<lang>/*.ftl` (Project Fluent) and are compiled in. Tests compare every
//! key and every variable of every language with English, so that a page never shows a bare key.

use fluent_bundle::{FluentArgs, FluentValue};

mod catalog;
mod lang;
pub mod place;

pub use lang::Lang;

impl Lang {
    /// The words for `key`, without variables.
    pub fn text(self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// The words for `key`, with variables filled in. Numbers choose the plural form.
    pub fn text_with(self, key: &str, variables: &[(&'static str, FluentValue<'_>)]) -> String {
        let variables: FluentArgs<'_> = variables.iter().cloned().collect();
        self.look_up(key, Some(&variables))
    }

    fn look_up(self, key: &str, variables: Option<&FluentArgs<'_>>) -> String {
        let found = catalog::find(self, key, variables)
            .or_else(|_| catalog::find(Self::En, key, variables));
        match (found, self) {
            (Ok(words), Self::Pseudo | Self::PseudoRtl) => lengthen(&words),
            (Ok(words), _) => words,
            (Err(error), _) => {
                tracing::error!(key, lang = self.code(), error, "no words for this key");
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
