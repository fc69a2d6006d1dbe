//! The field for the reason of a change.

use doorward_admin::change_reason::ChangeReason;
use doorward_domain::model::SubjectKind;
use doorward_protocol::params::Params;
use doorward_templates::console::EntryField;
use doorward_web::page_support::text;

use crate::assignment_end;
use crate::console::Console;
use crate::form::Field;
use crate::stop::Stop;

pub const FOR_USER: &str = "console-reason-hint";
/// The hint if only the audit log has the reason.
pub const FOR_LOG: &str = "console-reason-log-hint";
/// The hint beside the choice of the end of a role assignment.
pub const FOR_END: &str = "console-reason-end-hint";

const FIELD: &str = "reason";

/// Returns the hint of the removal of a role from such a holder.
pub const fn of_removal(holder: SubjectKind) -> &'static str {
    match holder {
        SubjectKind::User => FOR_USER,
        SubjectKind::Client | SubjectKind::Group => FOR_LOG,
    }
}

pub fn field(console: &Console<'_>, hint: &'static str) -> EntryField {
    let field = Field::line(FIELD, "console-reason").hint(hint).optional();
    field.entry(console, "")
}

/// Returns the field with the text as typed, and with an error if that is not accepted.
pub fn fill(console: &Console<'_>, field: EntryField, form: &Params) -> Result<EntryField, Stop> {
    Ok(EntryField {
        value: text(form, FIELD)?.to_owned(),
        error: problem(form)?.map(|key| console.t(key)),
        ..field
    })
}

/// Returns the message about a reason that is not accepted, or is missing: a role assignment without
/// an end requires one.
pub fn problem(form: &Params) -> Result<Option<&'static str>, Stop> {
    let typed = text(form, FIELD)?.trim();
    if typed.is_empty() {
        let is_missing = assignment_end::is_endless(form)?;
        return Ok(is_missing.then_some("console-reason-missing"));
    }
    let is_invalid = ChangeReason::parse(typed).is_err();
    Ok(is_invalid.then_some("console-reason-invalid"))
}
