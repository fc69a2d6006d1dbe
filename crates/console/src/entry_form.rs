//! Fields of a form, and the form again after an error.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_templates::console::{EntryField, EntryForm, FieldKind};

use crate::console::Console;

/// Returns a required line of text with these messages and the value as typed.
pub(crate) fn line(
    console: &Console<'_>,
    id: &'static str,
    label: &str,
    hint: Option<&str>,
    value: &str,
) -> EntryField {
    EntryField {
        id,
        label: console.t(label),
        hint: hint.map_or_else(String::new, |key| console.t(key)),
        value: value.to_owned(),
        kind: FieldKind::Line,
        required: true,
        error: None,
    }
}

/// Shows the form again with an error of one field.
pub(crate) fn reject(
    console: &Console<'_>,
    mut view: EntryForm,
    field: &str,
    key: &str,
) -> HttpResponse {
    for entry in &mut view.fields {
        if entry.id == field {
            entry.error = Some(console.t(key));
        }
    }
    console.page.html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Shows the form again with the reason why the change failed.
pub(crate) fn fail(console: &Console<'_>, view: EntryForm, failure: String) -> HttpResponse {
    let view = EntryForm {
        failure: Some(failure),
        ..view
    };
    console.page.html(StatusCode::CONFLICT, &view)
}
