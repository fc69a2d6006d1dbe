//! A form for a new object, or for a change of one.

use super::parts::{Frame, title};
use crate::prelude::*;

#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub enum FieldKind {
    #[default]
    Line,
    Lines,
    Day,
    /// A date and time.
    Moment,
    Select(Vec<Choice>),
    /// Names with checkboxes, and the text that they were found with. The value has the chosen ones,
    /// one a line.
    Checks(Vec<Choice>, String),
    /// A secret, which is never sent back.
    Secret,
    /// A text to copy, which is not sent.
    Shown,
    /// A heading of the fields below, without a value.
    Heading,
    File,
    /// The stored picture, of which the value is the URL path.
    Picture,
}

#[derive(Clone, Debug, Default)]
pub struct EntryField {
    pub id: &'static str,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub kind: FieldKind,
    pub required: bool,
    pub error: Option<String>,
}

impl EntryField {
    pub(super) fn choices(&self) -> &[Choice] {
        match &self.kind {
            FieldKind::Select(choices) | FieldKind::Checks(choices, _) => choices,
            _ => &[],
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.value.lines().count().clamp(3, 12)
    }

    /// Returns the value of `dir`: names and sentences are in any language, all else is an address,
    /// an identifier or a code.
    pub(super) fn dir(&self) -> &'static str {
        match self.id {
            "name" | "first_name" | "last_name" | "publisher" | "description" | "note"
            | "reason" => "auto",
            _ => "ltr",
        }
    }

    pub(super) fn problem(&self) -> (&'static str, Option<String>) {
        (self.id, self.error.clone())
    }

    pub(super) fn is_chosen(&self, choice: &Choice) -> bool {
        match self.kind {
            FieldKind::Checks(..) => self.value.lines().any(|line| line == choice.value),
            _ => choice.value == self.value,
        }
    }
}

/// A text to copy into another interface. It contains no secret.
#[derive(Clone, Debug)]
pub struct CopyText {
    pub title: String,
    pub text: String,
}

/// Texts that make the change of a form in other interfaces.
#[derive(Clone, Debug)]
pub struct AlsoAs {
    /// Command, call and files; empty if nothing was changed.
    pub texts: Vec<CopyText>,
    pub is_open: bool,
    /// True for a form with a button that shows the texts for the values as typed.
    pub is_form: bool,
}

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
    pub fields: Vec<EntryField>,
    /// Version of the object; `None` for a new one.
    pub version: Option<String>,
    /// Random value of a form that creates something once.
    pub once: Option<String>,
    /// Reason why the action failed, if no field is the reason.
    pub failure: Option<String>,
    pub action: String,
    pub submit: String,
    pub back: String,
    pub also: Option<AlsoAs>,
}

impl EntryForm {
    fn focuses_heading(&self) -> bool {
        self.layout.is_answer && self.problems().is_empty()
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
