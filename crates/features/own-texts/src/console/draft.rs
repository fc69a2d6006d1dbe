//! A text that is not saved, among the stored ones of its owner.

use std::sync::Arc;

use doorward_domain::model::OwnText;
use doorward_i18n::Lang;
use doorward_i18n::overlay::{self, Overlay};

pub(super) struct Draft {
    pub lang: Lang,
    pub key: &'static str,
    pub text: String,
    stored: Arc<Overlay>,
}

impl Draft {
    pub fn new(lang: Lang, key: &'static str, text: String, stored: &[OwnText]) -> Self {
        let stored = stored.iter();
        let stored = stored.map(|own| (own.language.as_str(), own.key.as_str(), own.text.as_str()));
        Self {
            lang,
            key,
            text,
            stored: Arc::new(Overlay::new(stored)),
        }
    }

    pub fn with_text(&self, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            stored: Arc::clone(&self.stored),
            ..*self
        }
    }

    /// Runs a function that renders something with this text.
    pub fn show<T>(&self, run: impl FnOnce() -> T) -> T {
        let draft = Overlay::new([(self.lang.code(), self.key, self.text.as_str())]);
        overlay::with(&[Arc::new(draft), Arc::clone(&self.stored)], run)
    }
}
