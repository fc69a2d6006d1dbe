//! The end of a role assignment: after a time, or at any date and time.

use doorward_domain::time::UnixSeconds;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{EntryField, FieldKind};
use doorward_web::page_support::text;

use crate::console::Console;
use crate::duration::ASSIGNMENT;
use crate::form::entry;
use crate::local_time;
use crate::stop::Stop;

/// The date and time, which replaces the choice.
const UNTIL: &str = "until";

/// Returns the choice and the date as typed, with an error if the date is not in the future.
pub fn entries(console: &Console<'_>, form: &Params) -> Result<Vec<EntryField>, Stop> {
    let typed = text(form, UNTIL)?.trim();
    let is_accepted =
        typed.is_empty() || local_time::parse(typed).is_some_and(|end| end > console.now());
    let until = EntryField {
        hint: console.t("console-until-hint"),
        required: false,
        error: (!is_accepted).then(|| console.t("console-until-invalid")),
        ..entry(UNTIL, console.t("console-until"), typed, FieldKind::Moment)
    };
    Ok(vec![ASSIGNMENT.entry(console, form)?, until])
}

/// Returns the end that the form chooses; `None` for an assignment without an end.
pub fn end(console: &Console<'_>, form: &Params) -> Result<Option<UnixSeconds>, Stop> {
    match text(form, UNTIL)?.trim() {
        "" => ASSIGNMENT.end(console, form),
        typed => Ok(Some(local_time::parse(typed).ok_or(ErrorKind::BadRequest)?)),
    }
}

pub fn is_endless(form: &Params) -> Result<bool, Stop> {
    Ok(ASSIGNMENT.is_endless(form)? && text(form, UNTIL)?.trim().is_empty())
}
