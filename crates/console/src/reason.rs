//! The field for the reason of a change.

use doorward_admin::change_reason::ChangeReason;
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::EntryField;

use crate::console::Console;
use crate::entry;

/// The name of the field.
const FIELD: &str = "reason";

/// Returns the empty field. Its hint says if a user sees the reason, or only the audit log has it.
pub(crate) fn field(console: &Console<'_>, is_for_user: bool) -> EntryField {
    let hint = if is_for_user {
        "console-reason-hint"
    } else {
        "console-reason-log-hint"
    };
    EntryField {
        hint: console.t(hint),
        ..entry::optional(console, FIELD, "console-reason", "")
    }
}

/// Returns the field with the text as typed, and with an error if that is not accepted.
pub(crate) fn fill(
    console: &Console<'_>,
    field: EntryField,
    form: &Params,
) -> Result<EntryField, PageError> {
    Ok(EntryField {
        value: text(form, FIELD)?.to_owned(),
        error: problem(form)?.map(|key| console.t(key)),
        ..field
    })
}

/// Returns the message about a reason that is not accepted.
pub(crate) fn problem(form: &Params) -> Result<Option<&'static str>, PageError> {
    let typed = text(form, FIELD)?.trim();
    let is_valid = typed.is_empty() || ChangeReason::parse(typed).is_ok();
    Ok((!is_valid).then_some("console-reason-invalid"))
}
