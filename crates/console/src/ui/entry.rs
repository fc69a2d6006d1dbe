//! Forms for the values of an object.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_templates::console::{EntryField, EntryForm, FieldKind, Section};

use crate::console::Console;
use crate::ui::also_as;

/// Returns the form of a page, which posts to its own path. The messages are those of the heading
/// and of the button. A form in the table of equivalents shows its own.
pub(crate) fn form(
    console: &Console<'_>,
    section: Section,
    [heading, submit]: [&str; 2],
    back: String,
    fields: Vec<EntryField>,
) -> EntryForm {
    EntryForm {
        frame: console.frame(section, false),
        heading: console.t(heading),
        object: String::new(),
        lead: String::new(),
        also: also_as::of_form(console, &fields, &[]),
        fields,
        version: None,
        once: None,
        failure: None,
        action: console.page.request.path().to_owned(),
        submit: console.t(submit),
        back,
        layout: console.layout.clone(),
    }
}

/// Returns a required field.
pub(crate) fn field(
    console: &Console<'_>,
    id: &'static str,
    label: &str,
    value: &str,
    kind: FieldKind,
) -> EntryField {
    EntryField {
        id,
        label: console.t(label),
        hint: String::new(),
        value: value.to_owned(),
        kind,
        required: true,
        error: None,
    }
}

/// Returns an optional line of text.
pub(crate) fn optional(
    console: &Console<'_>,
    id: &'static str,
    label: &str,
    value: &str,
) -> EntryField {
    EntryField {
        required: false,
        ..field(console, id, label, value, FieldKind::Line)
    }
}

/// Marks the labels of the optional fields.
pub(crate) fn mark_optional(console: &Console<'_>, fields: &mut [EntryField]) {
    let layout = &console.layout;
    for field in fields.iter_mut().filter(|field| !field.required) {
        field.label = layout.t_with("console-optional", "label", &field.label);
    }
}

/// Returns a required line of text with this hint.
pub(crate) fn hinted(
    console: &Console<'_>,
    id: &'static str,
    label: &str,
    hint: &str,
    value: &str,
) -> EntryField {
    EntryField {
        hint: console.t(hint),
        ..line(console, id, label, value)
    }
}

/// Returns a required line of text.
pub(crate) fn line(
    console: &Console<'_>,
    id: &'static str,
    label: &str,
    value: &str,
) -> EntryField {
    field(console, id, label, value, FieldKind::Line)
}

/// Shows the form again with an error of one field.
pub(crate) fn reject(
    console: &Console<'_>,
    mut view: EntryForm,
    field: &str,
    message: &str,
) -> HttpResponse {
    for entry in &mut view.fields {
        if entry.id == field {
            entry.error = Some(console.t(message));
        }
    }
    console.page.html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Shows the form again with the reason why the change failed, and the stored value of each field
/// that differs: the object may have been changed since the form was opened.
pub(crate) fn fail(
    console: &Console<'_>,
    mut view: EntryForm,
    stored: &[EntryField],
    failure: String,
) -> HttpResponse {
    for (entry, stored) in view.fields.iter_mut().zip(stored) {
        // A text area changes the ends of lines.
        let differs = !entry
            .value
            .split_whitespace()
            .eq(stored.value.split_whitespace());
        if differs {
            let value = shown(console, stored);
            entry.hint = console.layout.t_with("console-now", "value", value);
        }
    }
    view.failure = Some(failure);
    console.page.html(StatusCode::CONFLICT, &view)
}

fn shown(console: &Console<'_>, field: &EntryField) -> String {
    let text = match &field.kind {
        FieldKind::Select(choices) => {
            let chosen = choices.iter().find(|choice| choice.value == field.value);
            chosen.map_or("", |choice| choice.text.as_str())
        }
        _ => field.value.as_str(),
    };
    if text.is_empty() {
        console.t("console-none")
    } else {
        text.to_owned()
    }
}
