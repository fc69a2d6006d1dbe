//! The latest changes of an object on its page, each with its actor and the link that undoes it.

use doorward_admin::{audit_log, undo};
use doorward_store::repo::audit::{AuditFilter, ChainedEvent};

use crate::audit::reversal::{self, UNDO};
use crate::audit::{READ, title};
use crate::people;
use doorward_console_ui::names::who;
use doorward_console_ui::prelude::*;

const CHANGES: u64 = 3;

/// Returns the table of the latest changes, if there are any; none without the permission to read the
/// audit log.
pub(crate) async fn table(
    console: &Console<'_>,
    kind: AuditKind,
    object: &str,
) -> Result<Option<Table>, Stop> {
    if !console.has(READ) {
        return Ok(None);
    }
    let context = console.context();
    let filter = AuditFilter {
        kinds: vec![kind],
        subject: Some(object.to_owned()),
        ..AuditFilter::default()
    };
    let found = audit_log::list(&context, &filter, None, CHANGES).await?;
    let users = people::names_of(found.iter().flat_map(|found| &found.users));
    let names = Names::of_actors(console, users, found.iter().map(|found| &found.event)).await?;
    let name = |found: &ChainedEvent| {
        let path = format!("{AUDIT}/{}", found.event.id);
        Value::Link(Link::new(path, title(console, &found.event)))
    };
    let undo = |ChainedEvent { event, .. }: &ChainedEvent| {
        if undo::is_permitted(&context, event) == Ok(true) {
            console.action(reversal::path(event), UNDO.submit, &title(console, event))
        } else {
            Value::Text(String::new())
        }
    };
    let table = console
        .table_of("console-latest", &found, "console-no-changes")
        .column("console-event", name)
        .column("console-when", |found| console.recent(found.event.at))
        .column("console-who", |found| who(console, &found.event, &names))
        .column("console-action", undo)
        .table();
    Ok((!found.is_empty()).then(|| table.without_empty_columns()))
}
