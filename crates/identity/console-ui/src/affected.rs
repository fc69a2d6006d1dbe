//! Numbers of what a change affects, as facts below its question.

use doorward_admin::affected;
use doorward_domain::boxed;
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_templates::console::Fact;

use crate::console::Console;
use crate::stop::Stop;

/// Returns the numbers of these kinds of records that an object has.
#[boxed(?Send)]
pub async fn facts<'a>(
    console: &'a Console<'_>,
    object: Object<'a>,
    kinds: &[RecordKind],
) -> Result<Vec<Fact>, Stop> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let found = affected::count(&console.context(), object)
        .await?
        .into_iter();
    let shown = found.filter(|(kind, _)| kinds.contains(kind));
    let fact = |(kind, number)| console.number(label(kind), &console.count(number));
    Ok(shown.map(fact).collect())
}

const fn label(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Sessions => "console-sessions",
        RecordKind::Grants => "console-impact-grants",
        RecordKind::ApiKeys => "api-keys-title",
        RecordKind::TrustedDevices => "trusted-title",
        RecordKind::LinkedAccounts => "console-linked",
        RecordKind::Assignments => "console-assignments",
        RecordKind::Users => "console-people",
        RecordKind::Groups => "console-groups",
        RecordKind::Clients => "console-apps",
        RecordKind::Members => "console-members",
        RecordKind::Invitations => "console-invitations",
    }
}
