//! The details of an object.

use super::form::{CopyText, Elsewhere, EntryField, FieldKind};
use super::parts::{Fact, Frame, Link, Notice, Pager, State, Table, Tone, Value, title};
use crate::prelude::*;

/// A form above the facts. It is sent with GET, so that its result has a URL.
#[derive(Clone, Debug)]
pub struct QueryForm {
    pub action: String,
    pub fields: Vec<EntryField>,
    pub submit: String,
}

/// `GET /admin/people/{id}` and other objects.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/detail.html")]
pub struct Detail {
    pub layout: Layout,
    pub frame: Frame,
    /// Link to the list. The page of a section itself does not show it.
    pub back: Link,
    pub heading: String,
    pub logo: Option<String>,
    pub lead: String,
    pub state: Option<State>,
    /// Sub-pages; the second value marks the current one.
    pub pages: Vec<(Link, bool)>,
    /// Pages of the current group of sub-pages, likewise.
    pub settings: Vec<(Link, bool)>,
    pub notice: Option<Notice>,
    /// Link to the form of a new object, beside the heading.
    pub create: Option<Link>,
    pub query: Option<QueryForm>,
    /// Facts that change while the page is open, until they end: the script loads them again.
    pub live: Vec<Fact>,
    pub facts: Vec<Fact>,
    pub tables: Vec<Table>,
    /// Links to other pages of the last table.
    pub pager: Pager,
    pub copy: Option<CopyText>,
    /// True if the text is shown without a click.
    pub is_copy_open: bool,
    pub actions: Vec<Link>,
    /// Buttons that post a form without fields to their URL.
    pub buttons: Vec<Link>,
    /// Links to actions that take something away, each with what it does.
    pub risky: Vec<(Link, String)>,
    pub elsewhere: Option<Elsewhere>,
    pub now: i64,
}

impl Detail {
    /// Returns true if no message of the answer to a form gets the focus.
    fn focuses_heading(&self) -> bool {
        self.layout.is_answer && self.notice.is_none() && self.problems().is_empty()
    }

    fn trail(&self) -> Vec<Link> {
        self.frame.trail(&self.layout, [&self.back])
    }

    fn hides_caption(&self, table: &Table) -> bool {
        let mut pages = self.pages.iter().chain(&self.settings);
        table.caption == self.heading
            || pages.any(|(link, is_current)| *is_current && table.caption == link.text)
    }

    /// Returns the value of `aria-current` of a sub-page, which can be a group of pages.
    pub(super) const fn group_aria(&self) -> &'static str {
        if self.settings.is_empty() {
            "page"
        } else {
            "true"
        }
    }

    /// Returns the link to the current page, unless it is the first one, which has only the name of the
    /// object.
    fn current(&self) -> Option<&Link> {
        let links = self.settings.iter().chain(&self.pages);
        let mut current = links.filter(|(_, is_current)| *is_current);
        let (link, _) = current.next()?;
        let (first, _) = self.pages.first()?;
        (link.href != first.href).then_some(link)
    }

    fn title(&self) -> String {
        let below = self.current().map(|link| link.text.as_str());
        let fields = self.query.iter().flat_map(|query| &query.fields);
        let values = fields.map(|field| field.value.as_str());
        let parts = [self.heading.as_str()].into_iter().chain(below);
        let failed = self.notice.as_ref().is_some_and(|notice| notice.is_error);
        let is_error = failed || !self.problems().is_empty();
        title(&self.layout, parts.chain(values), is_error)
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let fields = self.query.iter().flat_map(|query| &query.fields);
        summarize(fields.map(EntryField::problem))
    }
}
