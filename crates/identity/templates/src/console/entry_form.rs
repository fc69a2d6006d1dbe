//! A form for a new object, or for a change of one.

use super::detail::Detail;
use super::form::{AlsoAs, EntryField, FieldKind};
use super::parts::{Frame, Link, Tone, Value, title};
use crate::prelude::*;

/// `GET|POST` of a form, which posts to the same path (`csrf`, `version`, `once`, `step` and the
/// fields).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "console/form.html")]
pub struct EntryForm {
    pub layout: Layout,
    pub frame: Frame,
    pub heading: String,
    /// Name of the object; empty for a new one.
    pub object: String,
    pub lead: String,
    /// The page of the object around the form: its name, sub-pages, notice, tables and actions.
    pub page: Option<Detail>,
    /// Link to another way to do the same.
    pub other: Option<Link>,
    pub fields: Vec<EntryField>,
    /// Version of the object; `None` for a new one.
    pub version: Option<String>,
    /// Random value of a form that creates something once.
    pub once: Option<String>,
    /// Reason why the action failed, if no field is the reason.
    pub failure: Option<String>,
    pub action: String,
    pub submit: String,
    /// Buttons that show a result in another tab, so that the form keeps its values: their values of
    /// `step`, and their texts.
    pub previews: Vec<(&'static str, String)>,
    pub back: String,
    pub also: Option<AlsoAs>,
    pub now: i64,
}

impl EntryForm {
    fn focuses_heading(&self) -> bool {
        let has_notice = self.page.as_ref().is_some_and(|page| page.notice.is_some());
        self.layout.is_answer && !has_notice && self.problems().is_empty()
    }

    fn trail(&self) -> Vec<Link> {
        let object = Link::new(self.back.as_str(), self.object.as_str());
        let above = self.page.as_ref().map_or(&object, |page| &page.back);
        self.frame.trail(&self.layout, [above])
    }

    /// Returns true if the script shows the colors of the form.
    fn has_colors(&self) -> bool {
        self.fields.iter().any(EntryField::is_color)
    }

    /// Returns true if a field of a hidden group has an error.
    fn has_error(fields: &[EntryField]) -> bool {
        fields.iter().any(|field| field.error.is_some())
    }

    /// Returns the fields in groups, each with the heading that hides it.
    fn groups(&self) -> Vec<(Option<&EntryField>, &[EntryField])> {
        let is_start =
            |field: &EntryField| matches!(field.kind, FieldKind::Heading | FieldKind::Fold);
        let groups = self.fields.chunk_by(|_, next| !is_start(next));
        let group = |fields: &'_ [EntryField]| match fields.split_first() {
            Some((fold, rest)) if matches!(fold.kind, FieldKind::Fold) => (true, rest.len()),
            _ => (false, fields.len()),
        };
        groups
            .map(|fields| {
                let (is_folded, count) = group(fields);
                let (head, rest) = fields.split_at(fields.len() - count);
                (head.first().filter(|_| is_folded), rest)
            })
            .collect()
    }

    fn title(&self) -> String {
        let parts = [self.heading.as_str(), self.object.as_str()];
        let is_error = !self.problems().is_empty();
        title(&self.layout, parts, is_error)
    }

    /// Returns true if the form has a file, which is sent as `multipart/form-data` (RFC 7578).
    fn has_file(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| matches!(field.kind, FieldKind::File))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let fields = self.fields.iter().map(EntryField::problem);
        summarize([("", self.failure.clone())].into_iter().chain(fields))
    }
}
