//! Rows of the profile form.

/// Languages to choose from, each by its native name. A client may set any other.
const LANGUAGES: [(&str, &str); 15] = [
    ("de", "Deutsch"),
    ("de-AT", "Deutsch (Österreich)"),
    ("de-CH", "Deutsch (Schweiz)"),
    ("en", "English"),
    ("en-GB", "English (UK)"),
    ("en-US", "English (US)"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt-BR", "Português (Brasil)"),
    ("ar", "العربية"),
    ("ja", "日本語"),
    ("zh-Hans", "简体中文"),
];

/// The input type of a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A single line; the text is the HTML input type.
    Line(&'static str),
    Lines,
    Choices {
        /// The text of the choice without a value.
        none: String,
        options: Vec<(String, String)>,
    },
}

impl Kind {
    /// Returns a selection of languages; `none` is the text of the choice without one.
    pub(super) fn languages(none: String) -> Self {
        let own = |(tag, name): (&str, &str)| (tag.to_owned(), name.to_owned());
        Self::Choices {
            none,
            options: LANGUAGES.into_iter().map(own).collect(),
        }
    }
}

#[derive(Debug)]
pub struct Row {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) error: Option<String>,
    pub(super) value: String,
    pub(super) autocomplete: &'static str,
    pub(super) dir: &'static str,
}

impl Row {
    pub(super) fn is_lines(&self) -> bool {
        self.kind == Kind::Lines
    }

    pub(super) fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Choices { .. })
    }

    pub(super) fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Line(kind) => kind,
            _ => "text",
        }
    }

    pub(super) fn none(&self) -> &str {
        match &self.kind {
            Kind::Choices { none, .. } => none,
            _ => "",
        }
    }

    /// Returns the choices, preceded by the current value if it is not among them.
    pub(super) fn options(&self) -> Vec<(String, String)> {
        let Kind::Choices { options, .. } = &self.kind else {
            return Vec::new();
        };
        let is_known = options.iter().any(|(value, _)| *value == self.value);
        let other =
            (!is_known && !self.value.is_empty()).then(|| (self.value.clone(), self.value.clone()));
        other.into_iter().chain(options.iter().cloned()).collect()
    }
}

#[derive(Debug)]
pub struct Group {
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    /// Labels and values that the user cannot change.
    pub(super) facts: Vec<(String, String)>,
}

impl Group {
    pub(super) fn has_error(&self) -> bool {
        self.rows.iter().any(|row| row.error.is_some())
    }
}

/// A message of the error summary, with its field.
#[derive(Debug)]
pub struct RowError {
    /// The `id` of the field; empty for an error of the whole form.
    pub(super) field: String,
    pub(super) message: String,
}
