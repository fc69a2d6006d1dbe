//! The texts that features add to the catalogs.

use doorward_protocol::added::Added;

use super::lang::Lang;

/// The texts of a feature; [`feature_texts!`](crate::feature_texts) reads them from its folder `texts`.
#[derive(Debug)]
pub struct FeatureTexts {
    /// Name of the feature.
    pub name: &'static str,
    /// Returns the messages of a language (Project Fluent).
    pub of: fn(Lang) -> &'static str,
    /// Lists who may replace each text of pages and messages, as `own_texts/authors.txt` does.
    pub authors: &'static str,
}

/// The texts of features.
pub static ADDED: Added<&FeatureTexts> = Added::new();

/// Returns the texts of each feature.
#[cfg(not(test))]
pub(super) fn added() -> &'static [&'static FeatureTexts] {
    ADDED.all()
}

#[cfg(test)]
pub(super) use self::tests::added;

#[doc(hidden)]
pub const fn language(lang: Lang, all: [&'static str; 11]) -> &'static str {
    let [en, de, es, fr, it, nl, pl, pt, ar, ja, zh] = all;
    match lang {
        Lang::En | Lang::Pseudo | Lang::PseudoRtl => en,
        Lang::De => de,
        Lang::Es => es,
        Lang::Fr => fr,
        Lang::It => it,
        Lang::Nl => nl,
        Lang::Pl => pl,
        Lang::Pt => pt,
        Lang::Ar => ar,
        Lang::Ja => ja,
        Lang::Zh => zh,
    }
}

/// Returns the [`FeatureTexts`] in the folder `texts` of the crate that calls this: a file for each language,
/// and `authors.txt`.
#[macro_export]
macro_rules! feature_texts {
    ($name:literal) => {
        $crate::feature_texts!($name: "en", "de", "es", "fr", "it", "nl", "pl", "pt", "ar", "ja", "zh")
    };
    ($name:literal: $($lang:literal),*) => {
        $crate::feature_texts::FeatureTexts {
            name: $name,
            of: |lang| $crate::feature_texts::language(lang, [
                $(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/texts/", $lang, ".ftl"))),*
            ]),
            authors: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/texts/authors.txt")),
        }
    };
}

#[cfg(test)]
pub(super) mod tests;
