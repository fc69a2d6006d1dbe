//! `/admin/audit`: the audit log.

pub(crate) mod event;
pub(crate) mod filter;
pub(crate) mod reversal;
pub(crate) mod value;

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::audit_log;
use doorward_domain::model::{AuditEvent, AuditId, AuditRecord};
use doorward_store::repo::audit::{AuditFilter, ChainedEvent};
use doorward_templates::console::{audit_change, audit_kind};

use crate::audit::value::label;
use crate::people;
use doorward_console_ui::prelude::*;

pub(crate) const READ: Access = Access::Global("audit:read");

async fn read_filter(console: &Console<'_>) -> Result<(Cursor, AuditFilter), Stop> {
    let cursor = filter::read(console)?;
    let query = filter::query(&cursor, console.now())?;
    let filter = audit_log::filter(&console.context(), &query).await;
    Ok((cursor, filter?))
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let (cursor, filter) = read_filter(console).await?;
    let before = cursor.after_id(AuditId::parse)?;
    let mut found = audit_log::list(&console.context(), &filter, before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |found| found.event.id.to_string());
    let names = people::names_of(found.iter().flat_map(|found| &found.users));
    let mut table = table(console, found.iter().map(|found| &found.event), &names);
    mark(console, &mut table, &found);
    console.show(&List {
        lead: console.t("console-audit-text"),
        actions: filter_bar::files(console, &cursor, AUDIT),
        search: Some(filter::search(console, &cursor)),
        fields: filter::fields(console, &cursor),
        chosen: filter::chosen(console, &cursor),
        table,
        pager,
        ..console.list(Section::Audit, "console-audit")
    })
}

/// Adds the column that marks the events without a link in the chain.
fn mark(console: &Console<'_>, table: &mut Table, events: &[ChainedEvent]) {
    table.columns.push(console.t("console-chain"));
    for (row, event) in table.rows.iter_mut().zip(events) {
        // Most events are sealed, so that only the others get an icon.
        row.push(if event.seq.is_some() {
            console.text("console-chain-in")
        } else {
            console.state_value(Tone::Warn, "console-chain-waiting")
        });
    }
}

pub(crate) async fn names(
    console: &Console<'_>,
    events: &[AuditEvent],
) -> Result<BTreeMap<UserId, String>, Stop> {
    let ids = events
        .iter()
        .flat_map(|event| [&event.actor, &event.subject]);
    let ids: BTreeSet<UserId> = ids.flatten().filter_map(|id| UserId::parse(id)).collect();
    people::names(console, ids).await
}

pub(crate) fn table<'a>(
    console: &Console<'_>,
    events: impl Iterator<Item = &'a AuditEvent>,
    names: &BTreeMap<UserId, String>,
) -> Table {
    let columns = [
        "console-event",
        "console-when",
        "console-who",
        "console-about",
        "console-address",
    ];
    console.table(
        "console-audit",
        &columns,
        events.map(|event| row(console, event, names)).collect(),
        "console-no-match",
    )
}

fn row(console: &Console<'_>, event: &AuditEvent, names: &BTreeMap<UserId, String>) -> Vec<Value> {
    let named = |id: &str| match UserId::parse(id) {
        Some(id) => people::named_link(names, id),
        None => Value::Code(id.to_owned()),
    };
    let none = || console.text("console-none");
    let link = Link::new(format!("{AUDIT}/{}", event.id), title(console, event));
    let event_cell = if event.success {
        Value::Link(link)
    } else {
        Value::Marked(link, console.state(Tone::Warn, "console-outcome-failed"))
    };
    vec![
        event_cell,
        Value::Moment(event.at),
        named(actor(event)),
        event.subject.as_deref().map_or_else(none, named),
        console.code(event.ip.map(|ip| ip.to_string())),
    ]
}

/// Returns the sentence of an event, with its change unless that only repeats the kind.
pub(crate) fn title(console: &Console<'_>, event: &AuditEvent) -> String {
    let kind = audit_kind(&console.layout, event.kind);
    let change = event.detail.get("change").and_then(|text| text.as_str());
    match change.filter(|change| !repeats(event.kind, change)) {
        Some(change) => {
            let change = change_text(console, event.kind, change);
            let variables = [("what", kind.into()), ("change", change.into())];
            console.layout.lang.text_with("audit-title", &variables)
        }
        None => kind,
    }
}

fn repeats(kind: AuditKind, change: &str) -> bool {
    change.is_empty() || kind.as_str().rsplit('.').next() == Some(change)
}

fn change_text(console: &Console<'_>, kind: AuditKind, change: &str) -> String {
    let known = |text: &str| audit_change(&console.layout, text);
    let member = |name: &str| label(kind, name).map(|key| console.t(key));
    let members = || {
        let members = change
            .split(' ')
            .map(|name| known(name).or_else(|| member(name)));
        members.collect::<Option<Vec<String>>>()
    };
    known(change)
        .or_else(|| Some(members()?.join(", ")))
        .unwrap_or_else(|| change.to_owned())
}

/// Returns the actor. The server itself and its command line have no account.
pub(crate) fn actor(event: &AuditEvent) -> &str {
    event.actor.as_deref().unwrap_or("doorward")
}

const NAMES: [&str; 11] = audit_log::COLUMNS;
const COLUMNS: &[Column<AuditRecord>] = &[
    Column::File(NAMES[0], |_, event| json!(event.id.to_string())),
    Column::File(NAMES[1], |file, event| file.time(event.at)),
    Column::File(NAMES[2], |_, event| json!(event.kind)),
    Column::File(NAMES[3], |_, event| json!(event.success)),
    Column::File(NAMES[4], |_, event| json!(event.actor)),
    Column::File(NAMES[5], |_, event| json!(event.subject)),
    Column::File(NAMES[6], |_, event| json!(event.client_id)),
    Column::File(NAMES[7], |_, event| json!(event.ip)),
    Column::File(NAMES[8], |_, event| json!(event.user_agent)),
    // A JSON file has the details as an object, unless the row was tampered with.
    Column::File(NAMES[9], |file, event| {
        let parsed = serde_json::from_str(&event.detail).ok();
        parsed
            .filter(|_| file.is_json)
            .unwrap_or_else(|| json!(event.detail))
    }),
    Column::File(NAMES[10], |_, event| json!(event.request_id)),
];

pub(crate) struct Audit(AuditFilter);

impl FileList for Audit {
    type Row = AuditRecord;

    const SECTION: Section = Section::Audit;
    const ACCESS: Access = READ;
    const COLUMNS: &'static [Column<AuditRecord>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        Ok(Self(read_filter(console).await?.1))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        audit_log::record_export(context, &self.0).await
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<AuditRecord> {
        let before = after.and_then(AuditId::parse);
        let found = audit_log::records(context, &self.0, before, list_file::ROWS).await?;
        Ok(list_file::found(found, |event| event.id.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use doorward_domain::model::AuditKind;
    use rstest::rstest;

    use super::repeats;

    #[rstest]
    #[case(AuditKind::RoleChanged, "changed", true)]
    #[case(AuditKind::SessionEnded, "ended", true)]
    #[case(AuditKind::ApiKeyRevoked, "revoked", true)]
    #[case(AuditKind::ClientChanged, "", true)]
    #[case(AuditKind::SessionEnded, "all ended", false)]
    #[case(AuditKind::RoleChanged, "created", false)]
    #[case(AuditKind::RoleChanged, "permission changed", false)]
    fn change_repeats_kind(#[case] kind: AuditKind, #[case] change: &str, #[case] expected: bool) {
        assert_eq!(repeats(kind, change), expected);
    }
}
