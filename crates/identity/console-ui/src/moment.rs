//! A field for a date and time in the future.

use doorward_domain::time::UnixSeconds;
use doorward_templates::console::{EntryField, FieldKind};
use doorward_web::page_support::text;

use crate::form::entry;
use crate::local_time;
use crate::stop::Stop;
use crate::visit::Visit;

/// Returns the field as typed, and its time. Without a time in the future, an answer has an error.
pub fn read(
    visit: &Visit<'_>,
    field: &'static str,
    label: &str,
) -> Result<(EntryField, Option<UnixSeconds>), Stop> {
    let console = &visit.console;
    let typed = text(&visit.form, field)?.trim();
    let at = local_time::parse(typed).filter(|at| *at > console.now());
    let is_wrong = visit.is_answer() && at.is_none();
    let shown = EntryField {
        hint: console.t("console-moment-hint"),
        error: is_wrong.then(|| console.t("console-until-invalid")),
        ..entry(field, console.t(label), typed, FieldKind::Moment)
    };
    Ok((shown, at))
}

/// Does the same for a field that may be empty, which has no error then.
pub fn read_optional(
    visit: &Visit<'_>,
    field: &'static str,
    label: &str,
) -> Result<(EntryField, Option<UnixSeconds>), Stop> {
    let (mut shown, at) = read(visit, field, label)?;
    shown.required = false;
    if shown.value.is_empty() {
        shown.error = None;
    }
    Ok((shown, at))
}
