//! The fields of a form, and the texts of its change for other interfaces.

use super::parts::Section;

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
    /// Checkboxes, and the text that they were found with, if the field has a search. The value has the
    /// chosen ones, one a line.
    Checks(Vec<Choice>, Option<String>),
    /// A single checkbox: `yes` or `no`.
    Flag,
    /// A number with one of these units: `5 min`.
    Amount(Vec<&'static str>),
    /// A secret, which is never sent back.
    Secret,
    /// A text to copy, which is not sent.
    Shown,
    /// A heading of the fields below, without a value.
    Heading,
    /// A heading that hides the fields below it, up to the next heading, until it is opened.
    Fold,
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
    /// Objects that a search without scripts has found: their names in the field, and a text.
    pub found: Option<Vec<Choice>>,
}

/// Returns the path of the list that has the objects of a field, if there is one. The kind of the object
/// replaces `*`.
pub fn list_of(field: &str) -> Option<&'static str> {
    let section = match field {
        "scope_id" | "target_id" => return Some("/admin/*s"),
        "user" | "manager" | "actor" | "holder" | "reviewers" => Section::People,
        "group" | "groups" => Section::Groups,
        "organization" | "members_of" => Section::Organizations,
        "role" | "roles" => Section::Roles,
        "app" | "client" => Section::Apps,
        _ => return None,
    };
    Some(section.path())
}

/// Returns the name of the field with the kind of the object; empty for a field of one kind.
pub fn kind_field(field: &str) -> &str {
    let of_kind = field
        .strip_suffix("_id")
        .filter(|_| list_of(field) == Some("/admin/*s"));
    of_kind.unwrap_or_default()
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
            | "reason" | "text" => "auto",
            _ => "ltr",
        }
    }

    pub(super) fn list(&self) -> Option<&'static str> {
        list_of(self.id)
    }

    pub(super) fn kind_field(&self) -> &'static str {
        kind_field(self.id)
    }

    /// Returns a date and time without its offset: a field takes no other form.
    pub(super) fn local_time(&self) -> &str {
        self.value.get(..16).unwrap_or(&self.value)
    }

    /// Returns true if the value is a color.
    pub(super) fn is_color(&self) -> bool {
        matches!(
            self.id,
            "accent" | "accent_dark" | "background" | "background_dark"
        )
    }

    pub(super) fn problem(&self) -> (&'static str, Option<String>) {
        (self.id, self.error.clone())
    }

    /// Returns true if the values of the choices are names on the wire, which their texts replace.
    pub(super) fn hides_values(&self) -> bool {
        self.id == "grant"
    }

    pub(super) fn is_chosen(&self, choice: &Choice) -> bool {
        match self.kind {
            FieldKind::Checks(..) => self.value.split_whitespace().any(|it| it == choice.value),
            _ => choice.value == self.value,
        }
    }

    /// Returns the number and the unit of an amount.
    pub(super) fn amount(&self) -> (&str, &str) {
        self.value.rsplit_once(' ').unwrap_or(("", &self.value))
    }
}

/// A text to copy into another interface. It contains no secret.
#[derive(Clone, Debug)]
pub struct CopyText {
    pub title: String,
    pub text: String,
}

/// Form of an object in other interfaces, on its page.
#[derive(Clone, Debug)]
pub enum Elsewhere {
    /// The URL of the same page with the texts.
    Link(String),
    Texts(AlsoAs),
}

/// Texts that make the change of a form in other interfaces, or that read an object.
#[derive(Clone, Debug)]
pub struct AlsoAs {
    /// Command, call and files; empty if nothing was changed.
    pub texts: Vec<CopyText>,
    pub is_open: bool,
    /// True for a form with a button that shows the texts for the values as typed.
    pub is_form: bool,
}
