//! Forms for the values of an object, over tables of fields.

use actix_web::http::StatusCode;
use doorward_admin::operator::AdminError;
use doorward_domain::boxed;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, EntryField, EntryForm, FieldKind, Section};
use doorward_web::page_support::text;
use serde_json::Value;

use crate::also_as;
use crate::console::Console;
use crate::stop::Stop;
use crate::visit::Visit;

pub type FieldError = (&'static str, &'static str);

#[derive(Clone, Copy)]
pub struct Field {
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    default: &'static str,
    input: Input,
    is_required: bool,
}

#[derive(Clone, Copy)]
enum Input {
    Line,
    Lines,
    Flag,
    Choice(&'static [(&'static str, &'static str)]),
}

impl Field {
    pub const fn line(id: &'static str, label: &'static str) -> Self {
        Self {
            id,
            label,
            hint: "",
            default: "",
            input: Input::Line,
            is_required: true,
        }
    }

    pub const fn lines(id: &'static str, label: &'static str) -> Self {
        Self {
            input: Input::Lines,
            ..Self::line(id, label)
        }
    }

    /// Returns a box to check, whose value is `yes` if it is checked.
    pub const fn flag(id: &'static str, label: &'static str) -> Self {
        Self {
            input: Input::Flag,
            is_required: false,
            ..Self::line(id, label)
        }
    }

    pub const fn choice(
        id: &'static str,
        label: &'static str,
        choices: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            input: Input::Choice(choices),
            ..Self::line(id, label)
        }
    }

    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// Returns the field with the value that it shows instead of an empty one.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            is_required: false,
            ..self
        }
    }

    pub fn entry(&self, console: &Console<'_>, value: &str) -> EntryField {
        let value = if value.is_empty() {
            self.default
        } else {
            value
        };
        let kind = match self.input {
            Input::Line => FieldKind::Line,
            Input::Lines => FieldKind::Lines,
            Input::Flag => FieldKind::Flag,
            Input::Choice(choices) => select(choices.iter().map(|(name, key)| {
                let text = console.t(key);
                ((*name).to_owned(), text)
            })),
        };
        EntryField {
            hint: match self.hint {
                "" => String::new(),
                hint => console.t(hint),
            },
            required: self.is_required,
            ..entry(self.id, console.t(self.label), value, kind)
        }
    }
}

/// Returns a required field without a hint.
pub fn entry(id: &'static str, label: String, value: &str, kind: FieldKind) -> EntryField {
    EntryField {
        id,
        label,
        value: value.to_owned(),
        kind,
        required: true,
        ..EntryField::default()
    }
}

pub fn select(choices: impl IntoIterator<Item = (String, String)>) -> FieldKind {
    let choices = choices.into_iter();
    FieldKind::Select(
        choices
            .map(|(value, text)| Choice { value, text })
            .collect(),
    )
}

pub fn yes_or_no(console: &Console<'_>) -> FieldKind {
    let choices = [("yes", "console-yes"), ("no", "console-no")];
    select(choices.map(|(value, key)| (value.to_owned(), console.t(key))))
}

pub fn heading(console: &Console<'_>, key: &str) -> EntryField {
    EntryField {
        required: false,
        ..entry("", console.t(key), "", FieldKind::Heading)
    }
}

/// Returns a heading that hides the fields below it until it is opened.
pub fn fold(console: &Console<'_>, key: &str) -> EntryField {
    EntryField {
        kind: FieldKind::Fold,
        ..heading(console, key)
    }
}

/// Returns the fields of a table with the values as typed or stored.
pub fn entries(
    console: &Console<'_>,
    fields: &[Field],
    values: &Params,
) -> Result<Vec<EntryField>, Stop> {
    let entry = |field: &Field| {
        let value = match field.input {
            // An empty value comes before that of a checked box.
            Input::Flag => values.all(field.id).next().unwrap_or_default(),
            _ => text(values, field.id)?,
        };
        Ok::<_, Stop>(field.entry(console, value))
    };
    fields.iter().map(entry).collect()
}

pub fn mark_optional(console: &Console<'_>, fields: &mut [EntryField]) {
    let layout = &console.layout;
    for field in fields.iter_mut().filter(|field| !field.required) {
        field.label = layout.t_with("console-optional", "label", &field.label);
    }
}

/// Returns the form of a page, which posts to its own path. The messages are those of the heading
/// and of the button. A form in the table of equivalents shows its own.
pub fn view(
    console: &Console<'_>,
    section: Section,
    [heading, submit]: [&str; 2],
    back: impl Into<String>,
    fields: Vec<EntryField>,
) -> EntryForm {
    EntryForm {
        frame: console.frame(section, false),
        heading: console.t(heading),
        also: also_as::of_form(console, &fields, &[], None),
        fields,
        action: console.page.request.path().to_owned(),
        submit: console.t(submit),
        back: back.into(),
        now: console.now(),
        layout: console.layout.clone(),
        ..EntryForm::default()
    }
}

pub struct Form<'v> {
    visit: &'v Visit<'v>,
    pub view: EntryForm,
    stored: Vec<EntryField>,
}

impl<'v> Form<'v> {
    /// Shows the form, if the page is opened.
    pub fn open(visit: &'v Visit<'v>, mut view: EntryForm) -> Result<Self, Stop> {
        if !visit.is_answer() {
            visit.suggest(&mut view.fields);
            return Err(visit.answer(StatusCode::OK, &view));
        }
        Ok(Self {
            visit,
            view,
            stored: Vec::new(),
        })
    }

    /// Does the same for a form that runs an operation: it says which fields are optional, and has the texts that
    /// make its change elsewhere, which it shows if it was sent for them. `others` are values without a field.
    pub fn of_operation(
        visit: &'v Visit<'v>,
        mut view: EntryForm,
        others: &[(&'static str, String)],
    ) -> Result<Self, Stop> {
        let (console, version) = (&visit.console, view.version.as_deref());
        mark_optional(console, &mut view.fields);
        view.also = also_as::of_form(console, &view.fields, &[], version);
        let form = Self::open(visit, view)?;
        form.offer(others)?;
        Ok(form)
    }

    /// Returns the form with the stored values, which a failed change shows: the object may have been
    /// changed since the form was opened.
    #[must_use]
    pub fn with_stored(self, stored: Vec<EntryField>) -> Self {
        Self { stored, ..self }
    }

    /// Shows the form again as it was sent.
    pub fn show(&self) -> Stop {
        self.visit.answer(StatusCode::OK, &self.view)
    }

    /// Shows the texts for other interfaces, if the form was sent for them. `others` are values without
    /// a field.
    pub fn offer(&self, others: &[(&'static str, String)]) -> Result<(), Stop> {
        if !also_as::is_requested(&self.visit.form)? {
            return Ok(());
        }
        Err(self.show_texts(others))
    }

    /// Shows the texts for other interfaces.
    pub fn show_texts(&self, others: &[(&'static str, String)]) -> Stop {
        let view = also_as::shown(&self.visit.console, self.view.clone(), others);
        self.visit.answer(StatusCode::OK, &view)
    }

    /// Returns a value of the form, or shows the form again with the error of its field.
    pub fn accept<T>(&self, value: Result<T, FieldError>) -> Result<T, Stop> {
        value.map_err(|error| self.reject(error))
    }

    pub fn reject(&self, (field, message): FieldError) -> Stop {
        let message = self.visit.console.t(message);
        self.reject_text(Some(field), message)
    }

    /// Shows the form again with the text of an error; an error of no field is one of the form.
    pub fn reject_text(&self, field: Option<&str>, message: String) -> Stop {
        let mut view = self.view.clone();
        let mut entries = view.fields.iter_mut();
        match entries.find(|entry| Some(entry.id) == field) {
            Some(entry) => entry.error = Some(message),
            None => view.failure = Some(message),
        }
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        self.visit.answer(status, &view)
    }

    /// Returns the result of the change. Shows the form again with the error of the field that
    /// `problem` names, or with the reason why nothing was changed.
    pub async fn settle<T>(
        &self,
        result: Result<T, AdminError>,
        problem: impl Fn(&AdminError) -> Option<FieldError>,
    ) -> Result<T, Stop> {
        let value = self.check(result, problem).await?;
        self.visit.console.note_change();
        Ok(value)
    }

    /// Does the same with the text of the error, which may be one of no field.
    pub async fn settle_text<T>(
        &self,
        result: Result<T, AdminError>,
        problem: impl Fn(&AdminError) -> Option<(Option<&'static str>, String)>,
    ) -> Result<T, Stop> {
        let value = self.check_text(result, problem).await?;
        self.visit.console.note_change();
        Ok(value)
    }

    /// Runs the operation of the form with the values as typed and `others` without a field, and returns the object
    /// of its result. The text of an error is for administrators, and in English.
    #[boxed(?Send)]
    pub async fn run(&self, others: &[(&'static str, String)]) -> Result<Value, Stop> {
        let console = &self.visit.console;
        let operation = also_as::operation(console, &self.view.fields, others);
        let (entry, members) = operation.ok_or(ErrorKind::Internal)?;
        let done = (entry.run)(Value::Object(members), &self.visit.context()).await;
        Ok(self.settle_text(done, problem).await?.document)
    }

    /// Returns the result of a check before the change, with the errors of [`Self::settle`].
    pub async fn check<T>(
        &self,
        result: Result<T, AdminError>,
        problem: impl Fn(&AdminError) -> Option<FieldError>,
    ) -> Result<T, Stop> {
        let text = |(field, key): FieldError| (Some(field), self.visit.console.t(key));
        self.check_text(result, |error| problem(error).map(text))
            .await
    }

    /// Returns the result of a check before the change, with the errors of [`Self::settle_text`].
    pub async fn check_text<T>(
        &self,
        result: Result<T, AdminError>,
        problem: impl Fn(&AdminError) -> Option<(Option<&'static str>, String)>,
    ) -> Result<T, Stop> {
        if let Some((field, message)) = result.as_ref().err().and_then(problem) {
            return Err(self.reject_text(field, message));
        }
        let result = self.visit.console.check(result).await?;
        result.map_err(|failure| self.fail(failure))
    }

    /// Shows the form again with the reason why nothing was changed, and the stored value of each field
    /// that differs.
    pub fn fail(&self, failure: String) -> Stop {
        let console = &self.visit.console;
        let mut view = self.view.clone();
        for (entry, stored) in view.fields.iter_mut().zip(&self.stored) {
            // A text area changes the ends of lines.
            let typed = entry.value.split_whitespace();
            if !typed.eq(stored.value.split_whitespace()) {
                let value = shown(console, stored);
                entry.hint = console.layout.t_with("console-now", "value", value);
            }
        }
        view.failure = Some(failure);
        self.visit.answer(StatusCode::CONFLICT, &view)
    }
}

/// Returns the field of an error, and its text, which begins with the number of the line in a list.
pub fn problem(error: &AdminError) -> Option<(Option<&'static str>, String)> {
    let (field, text) = match error {
        AdminError::Invalid { field, at, problem } => match at {
            Some(at) => (field, format!("{}: {problem}", at + 1)),
            None => (field, problem.clone()),
        },
        AdminError::Choice { field, problem } => (field, (*problem).to_owned()),
        _ => return None,
    };
    Some((Some(field), text))
}

fn shown(console: &Console<'_>, field: &EntryField) -> String {
    let text = match &field.kind {
        FieldKind::Select(choices) => {
            let chosen = choices.iter().find(|choice| choice.value == field.value);
            chosen.map_or("", |choice| choice.text.as_str())
        }
        FieldKind::Flag if field.value == "yes" => return console.t("console-yes"),
        FieldKind::Flag => return console.t("console-no"),
        FieldKind::Amount(_) if field.value.starts_with(' ') => "",
        _ => field.value.as_str(),
    };
    if text.is_empty() {
        console.t("console-none")
    } else {
        text.to_owned()
    }
}
