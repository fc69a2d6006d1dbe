//! Own texts that change while the program runs: those of the deployment, and those of a client or an
//! organization while one of its pages or messages is rendered. They are looked up before the catalogs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use fluent_bundle::{FluentArgs, FluentResource};

use super::catalog::{self, Bundle};
use super::lang::Lang;
use super::own_texts::{check_text, compose};

/// The own texts of one owner in all languages.
#[derive(Default)]
pub struct Overlay(BTreeMap<&'static str, Bundle>);

impl fmt::Debug for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Overlay").field(&self.0.keys()).finish()
    }
}

impl Overlay {
    /// Reads texts: language, key and pattern of each. A text that a later version of the catalogs does
    /// not admit is ignored, and the log names it.
    pub fn new<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        let mut bundles = BTreeMap::new();
        for (language, key, text) in texts {
            let Some(lang) = Lang::from_tag(language) else {
                tracing::warn!(language, key, "own text ignored: unknown language");
                continue;
            };
            let checked = check_text(key, text).map_err(|error| error.to_string());
            let message = checked.and_then(|text| compose(key, &text).map_err(str::to_owned));
            match message.map(FluentResource::try_new) {
                Ok(Ok(message)) => {
                    let bundle: &mut Bundle = bundles
                        .entry(lang.code())
                        .or_insert_with(|| catalog::empty(lang));
                    bundle.add_resource_overriding(message);
                }
                Ok(Err(_)) => tracing::warn!(language, key, "own text ignored: not a message"),
                Err(problem) => tracing::warn!(language, key, %problem, "own text ignored"),
            }
        }
        Self(bundles)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, lang: Lang, key: &str, variables: Option<&FluentArgs<'_>>) -> Option<String> {
        catalog::format(self.0.get(lang.code())?, key, variables).ok()
    }
}

/// The own texts of the deployment.
static DEPLOYMENT: RwLock<Option<Arc<Overlay>>> = RwLock::new(None);

thread_local! {
    /// The own texts of what this thread renders, first those that take precedence.
    static RENDERED: RefCell<Vec<Arc<Overlay>>> = const { RefCell::new(Vec::new()) };
}

/// Replaces the own texts of the deployment in this process.
pub fn replace_deployment(overlay: Overlay) {
    let overlay = Some(overlay).filter(|overlay| !overlay.is_empty());
    let mut deployment = DEPLOYMENT.write().unwrap_or_else(PoisonError::into_inner);
    *deployment = overlay.map(Arc::new);
}

/// Runs a function, such as the rendering of a page, with own texts: first those that take precedence.
pub fn with<T>(overlays: &[Arc<Overlay>], run: impl FnOnce() -> T) -> T {
    /// Restores the former texts, also after a panic.
    struct Restore(Vec<Arc<Overlay>>);

    impl Drop for Restore {
        fn drop(&mut self) {
            RENDERED.set(std::mem::take(&mut self.0));
        }
    }

    if overlays.is_empty() {
        return run();
    }
    let _restore = Restore(RENDERED.replace(overlays.to_vec()));
    run()
}

/// Returns the own text for `key`, if there is any.
pub(super) fn find(lang: Lang, key: &str, variables: Option<&FluentArgs<'_>>) -> Option<String> {
    let rendered = RENDERED.with_borrow(|overlays| {
        let mut overlays = overlays.iter();
        overlays.find_map(|overlay| overlay.find(lang, key, variables))
    });
    rendered.or_else(|| {
        let deployment = DEPLOYMENT.read().unwrap_or_else(PoisonError::into_inner);
        let deployment = deployment.clone();
        deployment?.find(lang, key, variables)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_text_takes_precedence_while_rendering() {
        let of_app = Overlay::new([
            ("de", "help", "Hilfe der App"),
            ("de", "no-such-key", "Nichts"),
        ]);
        let of_org = Overlay::new([
            ("de", "help", "Hilfe der Schule"),
            ("de", "privacy", "Datenschutz der Schule"),
        ]);
        let overlays = [Arc::new(of_app), Arc::new(of_org)];
        with(&overlays, || {
            assert_eq!(Lang::De.text("help"), "Hilfe der App");
            assert_eq!(Lang::De.text("privacy"), "Datenschutz der Schule");
            assert_ne!(Lang::En.text("help"), "Hilfe der App");
        });
        assert_eq!(Lang::De.text("privacy"), "Datenschutz");
        assert!(Overlay::new([("xx", "help", "?"), ("de", "help", "{ $x }")]).is_empty());
    }
}
