//! What an app asks for in detail (RFC 9396), as a person reads it: a sentence, and all that stands in
//! the object, each with a word of what it is. Nothing in it goes unsaid.

use doorward_domain::rules::authorize::Registry;
use doorward_protocol::authorization_details::{
    AuthorizationDetail, AuthorizationDetails, DetailType, detail_type,
};
use serde_json::Value;

use super::chrome::Chrome;
use super::scope::ScopeIcon;

/// A word and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailLine {
    /// What it is.
    pub label: String,
    /// The value.
    pub text: String,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailRow {
    /// What it means.
    pub sentence: String,
    /// What stands in it.
    pub lines: Vec<DetailLine>,
    /// Asked for beyond what the person allowed before (CO-4).
    pub is_new: bool,
}

impl DetailRow {
    /// Each object in words.
    pub fn list(
        details: &AuthorizationDetails,
        registry: &Registry<'_>,
        chrome: &Chrome,
        is_new: bool,
    ) -> Vec<Self> {
        let words = Words { registry, chrome };
        let rows = details.iter().filter_map(|detail| {
            let known = detail_type::find(registry.details, detail.kind())?;
            Some(Self {
                sentence: known.sentence_in(chrome.lang.code()).to_owned(),
                lines: words.lines(known, detail),
                is_new,
            })
        });
        rows.collect()
    }

    /// The picture.
    pub const fn icon(&self) -> ScopeIcon {
        ScopeIcon::Key
    }
}

struct Words<'a> {
    registry: &'a Registry<'a>,
    chrome: &'a Chrome,
}

impl Words<'_> {
    fn lines(&self, known: &DetailType, detail: &AuthorizationDetail) -> Vec<DetailLine> {
        let of_lists = [
            ("actions", "details-actions"),
            ("datatypes", "details-datatypes"),
            ("privileges", "details-privileges"),
        ];
        let lists = of_lists.into_iter().map(|(name, key)| {
            let values = detail.list(name).into_iter().map(|value| known.word(value));
            (self.chrome.t(key), values.collect::<Vec<_>>().join(", "))
        });
        let places = detail.list("locations").into_iter();
        let places = places.map(|place| self.place(place)).collect::<Vec<_>>();
        let identifier = detail.identifier().unwrap_or_default().to_owned();
        let own = known.fields.iter().map(|field| {
            let value = detail
                .get(&field.name)
                .map(|value| self.value(known, value));
            let label = field.label_in(self.chrome.lang.code()).to_owned();
            (label, value.unwrap_or_default())
        });
        let lines = own.chain(lists).chain([
            (self.chrome.t("details-identifier"), identifier),
            (self.chrome.t("details-locations"), places.join(", ")),
        ]);
        let said = lines.filter(|(_, text)| !text.is_empty());
        said.map(|(label, text)| DetailLine { label, text })
            .collect()
    }

    /// A place by its registered name, with its address: the name alone proves nothing.
    fn place(&self, place: &str) -> String {
        let mut known = self.registry.resources.iter();
        match known.find(|one| one.identifier == place) {
            Some(known) => format!("{} ({place})", known.name),
            None => place.to_owned(),
        }
    }

    fn value(&self, known: &DetailType, value: &Value) -> String {
        match value {
            Value::String(text) => known.word(text).to_owned(),
            Value::Bool(true) => self.chrome.t("details-yes"),
            Value::Bool(false) => self.chrome.t("details-no"),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value(known, item));
                items.collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        }
    }
}
