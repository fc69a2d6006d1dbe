//! Authorization details (RFC 9396) as shown to the user: a sentence, and every member of the
//! object with a label. No member is omitted.

use doorward_protocol::authorization_details::{
    AuthorizationDetail, AuthorizationDetails, DetailType, detail_type,
};
use doorward_rules::authorize::Registry;
use serde_json::Value;

use super::layout::Layout;
use super::scope::ScopeIcon;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailLine {
    pub label: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailRow {
    pub sentence: String,
    pub lines: Vec<DetailLine>,
    /// True if it exceeds what the user granted before.
    pub is_new: bool,
}

impl DetailRow {
    pub fn list(
        details: &AuthorizationDetails,
        registry: &Registry<'_>,
        layout: &Layout,
        is_new: bool,
    ) -> Vec<Self> {
        let words = DetailText { registry, layout };
        let rows = details.iter().filter_map(|detail| {
            let known = detail_type::find(registry.details, detail.kind())?;
            Some(Self {
                sentence: known.sentence_in(layout.lang.code()).to_owned(),
                lines: words.lines(known, detail),
                is_new,
            })
        });
        rows.collect()
    }

    pub const fn icon(&self) -> ScopeIcon {
        ScopeIcon::Key
    }
}

struct DetailText<'a> {
    registry: &'a Registry<'a>,
    layout: &'a Layout,
}

impl DetailText<'_> {
    fn lines(&self, known: &DetailType, detail: &AuthorizationDetail) -> Vec<DetailLine> {
        let of_lists = [
            ("actions", "details-actions"),
            ("datatypes", "details-datatypes"),
            ("privileges", "details-privileges"),
        ];
        let lists = of_lists.into_iter().map(|(name, key)| {
            let values = detail
                .list(name)
                .into_iter()
                .map(|value| known.label(value));
            (self.layout.t(key), values.collect::<Vec<_>>().join(", "))
        });
        let places = detail.list("locations").into_iter();
        let places = places
            .map(|place| self.describe_resource(place))
            .collect::<Vec<_>>();
        let identifier = detail.identifier().unwrap_or_default().to_owned();
        let own = known.fields.iter().map(|field| {
            let value = detail
                .get(&field.name)
                .map(|value| self.value(known, value));
            let label = field.label_in(self.layout.lang.code()).to_owned();
            (label, value.unwrap_or_default())
        });
        let lines = own.chain(lists).chain([
            (self.layout.t("details-identifier"), identifier),
            (self.layout.t("details-locations"), places.join(", ")),
        ]);
        let said = lines.filter(|(_, text)| !text.is_empty());
        said.map(|(label, text)| DetailLine { label, text })
            .collect()
    }

    /// Returns a resource by its registered name and URL; the name alone could mislead.
    fn describe_resource(&self, path: &str) -> String {
        let mut known = self.registry.resources.iter();
        match known.find(|known| known.identifier == path) {
            Some(known) => format!("{} ({path})", known.name),
            None => path.to_owned(),
        }
    }

    fn value(&self, known: &DetailType, value: &Value) -> String {
        match value {
            Value::String(text) => known.label(text).to_owned(),
            Value::Bool(true) => self.layout.t("details-yes"),
            Value::Bool(false) => self.layout.t("details-no"),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value(known, item));
                items.collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        }
    }
}
