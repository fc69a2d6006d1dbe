//! The message catalogs: compiled in, and parsed at the first use of a language, because few
//! deployments need all of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::feature_texts;
use super::lang::Lang;

pub(super) type Bundle = FluentBundle<FluentResource>;

/// Includes the files of a language. A missing file fails the build.
macro_rules! files {
    ($lang:literal) => {
        files!($lang: "account", "activity", "api-keys", "common", "console", "console-app-help", "console-app-settings", "console-apps", "console-audit", "console-audit-kinds", "console-bulk", "console-definitions", "console-lists", "console-organizations", "console-providers", "console-system", "credentials", "details", "device", "email-code", "error", "invitation", "mail", "notice", "passkey", "personal-data", "personal-mail", "place", "profile", "providers", "security", "sessions", "sign-in", "trusted-device")
    };
    ($lang:literal: $($file:literal),*) => {
        &[$(($file, include_str!(concat!("../catalogs/", $lang, "/", $file, ".ftl")))),*]
    };
}

/// Returns the names of the files of a language, each with its content, those of features last.
pub(super) fn files(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    let added = feature_texts::added().iter();
    let own = catalog(lang).iter().copied();
    own.chain(added.map(move |texts| (texts.name, (texts.of)(lang))))
}

const fn catalog(lang: Lang) -> &'static [(&'static str, &'static str)] {
    match lang {
        Lang::En | Lang::Pseudo | Lang::PseudoRtl => files!("en"),
        Lang::De => files!("de"),
        Lang::Es => files!("es"),
        Lang::Fr => files!("fr"),
        Lang::It => files!("it"),
        Lang::Nl => files!("nl"),
        Lang::Pl => files!("pl"),
        Lang::Pt => files!("pt"),
        Lang::Ar => files!("ar"),
        Lang::Ja => files!("ja"),
        Lang::Zh => files!("zh"),
    }
}

/// The own texts of the operator by language.
static OWN: OnceLock<BTreeMap<&'static str, String>> = OnceLock::new();

/// Replaces texts of the catalogs, unless that was done before.
pub(super) fn replace(texts: BTreeMap<&'static str, String>) {
    let _ = OWN.set(texts);
}

/// Returns the text for `key`, or the reason why there is none.
pub(super) fn find(
    lang: Lang,
    key: &str,
    variables: Option<&FluentArgs<'_>>,
) -> Result<String, &'static str> {
    format(bundle(lang), key, variables)
}

/// Formats the message of a bundle.
pub(super) fn format(
    bundle: &Bundle,
    key: &str,
    variables: Option<&FluentArgs<'_>>,
) -> Result<String, &'static str> {
    let pattern = bundle.get_message(key).and_then(|message| message.value());
    let mut errors = Vec::new();
    let words = bundle.format_pattern(pattern.ok_or("unknown key")?, variables, &mut errors);
    if errors.is_empty() {
        Ok(words.into_owned())
    } else {
        Err("missing variable")
    }
}

fn bundle(lang: Lang) -> &'static Bundle {
    /// Slots, one for each variant of `Lang`.
    static READ: [OnceLock<Bundle>; Lang::PseudoRtl as usize + 1] =
        [const { OnceLock::new() }; Lang::PseudoRtl as usize + 1];
    let (lang, place) = match lang {
        Lang::Pseudo | Lang::PseudoRtl => (Lang::En, &READ[Lang::En as usize]),
        lang => (lang, &READ[lang as usize]),
    };
    let own = OWN.get().and_then(|own| own.get(lang.code()));
    place.get_or_init(|| read(lang, own.map(String::as_str)))
}

/// Returns a bundle without messages.
pub(super) fn empty(lang: Lang) -> Bundle {
    // Plural rules of the language; tests check that they are the right ones.
    let rules: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![rules]);
    // Templates wrap variables in `<bdi>` where directions may differ; invisible isolation marks
    // would be copied along with names and addresses. Only right-to-left text needs the marks,
    // around addresses, dates and names within a sentence.
    bundle.set_use_isolating(lang.dir() == "rtl");
    bundle
}

pub(super) fn read(lang: Lang, own: Option<&str>) -> Bundle {
    let mut bundle = empty(lang);
    for (_, file) in files(lang) {
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(rest, errors)| {
            for error in errors {
                tracing::error!(lang = lang.code(), %error, "message catalog cannot be parsed");
            }
            rest
        });
        for error in bundle.add_resource(resource).err().into_iter().flatten() {
            tracing::error!(lang = lang.code(), %error, "duplicate message");
        }
    }
    // Checked before, so that it is complete.
    if let Some(Ok(own)) = own.map(|own| FluentResource::try_new(own.to_owned())) {
        bundle.add_resource_overriding(own);
    }
    bundle
}
