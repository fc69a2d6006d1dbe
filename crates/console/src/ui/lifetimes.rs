//! The choice when a role assignment ends.

use doorward_domain::time::UnixSeconds;
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, EntryField, FieldKind};

use crate::console::Console;
use crate::ui::entry;

/// The name of the field.
const FIELD: &str = "lifetime";
/// The choice of no end.
const ENDLESS: &str = "none";
const HOUR: i64 = 3_600;

/// The lifetimes to choose from, in seconds.
const LIFETIMES: [(&str, &str, Option<i64>); 4] = [
    ("8h", "console-for-8-hours", Some(8 * HOUR)),
    ("7d", "console-for-7-days", Some(7 * 24 * HOUR)),
    ("90d", "console-for-90-days", Some(90 * 24 * HOUR)),
    (ENDLESS, "console-for-ever", None),
];

/// Returns the choice with the value as typed.
pub(crate) fn choice(console: &Console<'_>, typed: &Params) -> Result<EntryField, PageError> {
    let choices = LIFETIMES.iter().map(|(value, key, _)| Choice {
        value: (*value).to_owned(),
        text: console.t(key),
    });
    let kind = FieldKind::Select(choices.collect());
    let value = text(typed, FIELD)?;
    Ok(entry::field(
        console,
        FIELD,
        "console-lifetime",
        value,
        kind,
    ))
}

/// Returns true if the form chooses no end.
pub(crate) fn is_endless(form: &Params) -> Result<bool, PageError> {
    Ok(text(form, FIELD)? == ENDLESS)
}

/// Returns the end that the form chooses, counted from now.
pub(crate) fn end(console: &Console<'_>, form: &Params) -> Result<Option<UnixSeconds>, PageError> {
    let value = text(form, FIELD)?;
    let chosen = LIFETIMES.iter().find(|(name, ..)| *name == value);
    let (_, _, seconds) = chosen.ok_or(ErrorKind::BadRequest)?;
    Ok(seconds.map(|seconds| console.now() + seconds))
}
