//! A list of objects.

use url::form_urlencoded::Serializer;

use super::form::{EntryField, FieldKind};
use super::parts::{Frame, Link, Notice, Pager, Table, Tone, Value, title};
use crate::prelude::*;

/// The form above a list, which is sent with GET.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub action: String,
    pub label: String,
    /// Name of the field for a text; empty for a form that has only [`List::selects`].
    pub name: &'static str,
    pub value: String,
    /// Links to the same list with a fixed filter, or to a related list; the second value marks the
    /// current one.
    pub presets: Vec<(Link, bool)>,
    /// Hidden fields: the rest of the filter.
    pub kept: Vec<(&'static str, String)>,
}

/// The form around a list, which changes the chosen objects.
#[derive(Clone, Debug, Default)]
pub struct BulkForm {
    pub action: String,
    pub fields: Vec<(&'static str, String)>,
    /// Text above the choice; empty for none.
    pub note: String,
    /// The change to choose, if there are several.
    pub choice: Option<EntryField>,
    pub submit: String,
    /// Link that chooses all objects of the filter, or single ones again.
    pub other: Option<Link>,
}

/// `GET /admin/people` and other lists.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/list.html")]
pub struct List {
    pub layout: Layout,
    pub frame: Frame,
    /// Link to the list of the section; `None` on it.
    pub back: Option<Link>,
    pub heading: String,
    pub lead: String,
    pub notice: Option<Notice>,
    pub actions: Vec<Link>,
    pub search: Option<Search>,
    /// Fields of the search form that are always visible.
    pub selects: Vec<EntryField>,
    /// Further fields of the search form.
    pub fields: Vec<EntryField>,
    pub chosen: Vec<Link>,
    pub table: Table,
    pub bulk: Option<BulkForm>,
    pub pager: Pager,
    pub now: i64,
}

impl List {
    /// Returns true if no message of the answer to a form gets the focus.
    fn focuses_heading(&self) -> bool {
        self.layout.is_answer && self.notice.is_none()
    }

    fn title(&self) -> String {
        let is_error = self.notice.as_ref().is_some_and(|notice| notice.is_error);
        let parts = [self.heading.as_str()].into_iter().chain(self.filters());
        title(&self.layout, parts, is_error)
    }

    fn hides_caption(&self) -> bool {
        self.table.caption == self.heading
    }

    fn without_text(&self, search: &Search) -> Option<Link> {
        if search.value.is_empty() {
            return None;
        }
        let kept = search.kept.iter();
        let kept = kept.map(|(name, value)| (*name, value.as_str()));
        let fields = self.selects.iter().chain(&self.fields);
        let fields = fields.map(|field| (field.id, field.value.as_str()));
        let rest = kept.chain(fields).filter(|(_, value)| !value.is_empty());
        let mut query = Serializer::new(String::new());
        let href = match query.extend_pairs(rest).finish() {
            query if query.is_empty() => search.action.clone(),
            query => format!("{}?{query}", search.action),
        };
        let text = self
            .layout
            .t_with("console-filter-remove", "filter", &search.value);
        Some(Link::new(href, text))
    }

    /// Returns the values of the filter, so that tabs and bookmarks differ.
    fn filters(&self) -> impl Iterator<Item = &str> {
        fn shown(field: &EntryField) -> &str {
            let chosen = field.choices().iter().find(|one| field.is_chosen(one));
            chosen.map_or(&field.value, |choice| &choice.text)
        }
        let search = self.search.iter().map(|search| &search.value);
        let search = search.chain(&self.frame.query).map(String::as_str);
        let fields = self.selects.iter().chain(&self.fields);
        let fields = fields.filter(|field| !field.value.is_empty());
        search.chain(fields.map(shown))
    }
}
