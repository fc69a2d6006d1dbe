//! A list of objects.

use url::form_urlencoded::Serializer;

use super::form::{EntryField, FieldKind};
use super::parts::{Frame, Link, Notice, Pager, Section, Table, Tone, Value, title};
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
    /// Choices in the search form, in a menu if there is a text to search for.
    pub selects: Vec<EntryField>,
    /// Further fields in the menu.
    pub fields: Vec<EntryField>,
    pub chosen: Vec<Link>,
    pub table: Table,
    pub bulk: Option<BulkForm>,
    pub pager: Pager,
    pub now: i64,
}

impl Search {
    /// Returns the list that has the objects whose names are searched for exactly.
    fn list(&self) -> Option<&'static str> {
        let section = match (self.name, self.action.as_str()) {
            ("role", _) => Section::Roles,
            ("about", _) => Section::People,
            (_, action) if action == Section::Sessions.path() => Section::People,
            (_, action) if action == Section::SignIns.path() => Section::People,
            _ => return None,
        };
        Some(section.path())
    }
}

impl List {
    /// Returns true if no message of the answer to a form gets the focus.
    fn focuses_heading(&self) -> bool {
        self.layout.is_answer && self.notice.is_none()
    }

    fn trail(&self) -> Vec<Link> {
        self.frame.trail(&self.layout, &self.back)
    }

    fn title(&self) -> String {
        let is_error = self.notice.as_ref().is_some_and(|notice| notice.is_error);
        let parts = [self.heading.as_str()].into_iter().chain(self.filters());
        title(&self.layout, parts, is_error)
    }

    /// Returns the ways to a new object alone, or all actions that are no files.
    fn shown_actions(&self) -> Vec<&Link> {
        let actions = self.actions.iter();
        actions.filter(|link| self.is_shown(link)).collect()
    }

    /// Returns the actions of the menu.
    fn other_actions(&self) -> Vec<&Link> {
        let actions = self.actions.iter();
        actions.filter(|link| !self.is_shown(link)).collect()
    }

    fn is_shown(&self, link: &Link) -> bool {
        let has_new = self.actions.first().is_some_and(Link::creates);
        link.leads_to_new() || !(has_new || link.is_file())
    }

    /// Returns the links of an empty list to forms of a new object. Many of them are above it as buttons only.
    fn new_links(&self) -> Vec<&Link> {
        let links = self.actions.iter().filter(|link| link.leads_to_new());
        let links: Vec<&Link> = links.collect();
        if links.len() > 2 { Vec::new() } else { links }
    }

    /// Returns true if there are no objects yet, which the first step changes.
    fn is_empty(&self) -> bool {
        let is_searched = self
            .search
            .as_ref()
            .is_some_and(|search| !search.value.is_empty());
        let leads_on = self.pager.is_shown() || is_searched || !self.chosen.is_empty();
        self.table.rows.is_empty() && !leads_on && self.actions.iter().any(Link::leads_to_new)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hrefs(actions: &[&str]) -> [Vec<String>; 2] {
        let links = actions.iter().map(|href| Link::new(*href, ""));
        let list = List {
            actions: links.collect(),
            ..List::default()
        };
        [list.shown_actions(), list.other_actions()]
            .map(|links| links.into_iter().map(|link| link.href.clone()).collect())
    }

    #[test]
    fn menu_has_files_and_all_actions_but_new() {
        let [new, unused, file] = [
            "/admin/people/new",
            "/admin/unused",
            "/admin/people.csv?q=a",
        ];
        assert_eq!(hrefs(&[new, unused, file]), [vec![new], vec![unused, file]]);
        assert_eq!(hrefs(&[unused, file]), [vec![unused], vec![file]]);
        assert_eq!(hrefs(&[file]), [vec![], vec![file]]);
        // The search of a text that ends like a file is none.
        let search = "/admin/apps?q=a.csv";
        assert_eq!(hrefs(&[search]), [vec![search], vec![]]);
    }
}
