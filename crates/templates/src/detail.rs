//! Authorization details (RFC 9396) as shown to the user: a sentence, and every member of the
//! object with a label. No member is omitted.

use doorward_domain::rules::authorize::Registry;
use doorward_protocol::authorization_details::{
    AuthorizationDetail, AuthorizationDetails, DetailType, detail_type,
};
use serde_json::Value;

use super::chrome::Chrome;
use super::scope::ScopeIcon;

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailLine {
    /// Label of the value.
    pub label: String,
    /// The value.
    pub text: String,
}

/// An authorization details object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailRow {
    /// Sentence that describes its type.
    pub sentence: String,
    /// Members of the object.
    pub lines: Vec<DetailLine>,
    /// True if it exceeds what the user granted before.
    pub is_new: bool,
}

impl DetailRow {
    /// Returns each object as text.
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

    /// Returns the icon.
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

    /// Returns a resource by its registered name and URL; the name alone could mislead.
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
