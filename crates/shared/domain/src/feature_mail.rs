//! The messages of features.

use std::collections::BTreeMap;

use doorward_protocol::added::Added;

use crate::model::mail::{MailContent, MailValue};

/// A message of a feature, whose content is [`MailContent::Feature`]. Its link is its button.
#[derive(Debug)]
pub struct FeatureMail {
    /// Name of the message, for previews and own templates.
    pub name: &'static str,
    /// Keys of the subject, the text, the button, and the sentence below it.
    pub keys: [&'static str; 4],
    /// Path of the page behind the button, in the preview.
    pub path: &'static str,
    /// Variables of the texts, each with its value in the preview.
    pub sample: fn() -> Vec<(&'static str, MailValue)>,
}

/// The messages of features.
pub static ADDED: Added<&FeatureMail> = Added::new();

/// Returns the message with this name; `None` if the program was built without its feature.
pub fn find(name: &str) -> Option<&'static FeatureMail> {
    let mut all = ADDED.all().iter().copied();
    all.find(|mail| mail.name == name)
}

impl FeatureMail {
    /// Returns the names of the variables of its texts.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        (self.sample)().into_iter().map(|(name, _)| name)
    }

    /// Returns the message with its sample values.
    pub fn preview(&self, issuer: &str) -> MailContent {
        let values = (self.sample)().into_iter();
        let values: BTreeMap<String, MailValue> = values
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        MailContent::Feature {
            mail: self.name.to_owned(),
            url: format!("{issuer}{}", self.path),
            values,
        }
    }
}
