//! `/admin/audit`: the audit log.

pub(crate) mod event;
pub(crate) mod filter;
pub(crate) mod latest;
pub(crate) mod reversal;
pub(crate) mod streams;
pub(crate) mod value;

use doorward_admin::audit_log::{self, ChainPosition};
use doorward_domain::model::{AuditEvent, AuditId, AuditRecord};
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::console::{audit_change, audit_kind};

use crate::audit::value::label;
use crate::people;
use doorward_console_ui::names::who;
use doorward_console_ui::prelude::*;

pub(crate) const READ: Access = Access::Scoped("audit:read");

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
    let users = people::names_of(found.iter().flat_map(|found| &found.users));
    let names = found.iter().map(|found| &found.event);
    let names = Names::of_events(console, users, names).await?;
    let events = found.iter().map(|found| {
        let is_missing = ChainPosition::from(found) == ChainPosition::Missing;
        (&found.event, is_missing)
    });
    // The list of one kind, to which a group leads, shows each event.
    let least = if filter.kinds.is_empty() {
        LEAST
    } else {
        usize::MAX
    };
    let groups = group(&events.collect::<Vec<_>>(), least, pager.next.is_some());
    console.show(&List {
        lead: console.t("console-audit-text"),
        actions: filter_bar::files(console, &cursor, AUDIT),
        search: Some(filter::search(console, &cursor)),
        fields: filter::fields(console, &cursor),
        chosen: filter::chosen(console, &cursor),
        table: table(console, &groups, &names, |kind| {
            filter::of_kind(&cursor, kind)
        }),
        pager,
        ..console.list(Section::Audit, "console-audit")
    })
}

/// Minimum number of equal changes in a row that are one row of a table.
pub(crate) const LEAST: usize = 3;

/// The newest of several equal changes in a row, or an event alone.
pub(crate) struct EventGroup<'a> {
    event: &'a AuditEvent,
    /// True if the event has no link in the chain, and waits for none.
    is_missing: bool,
    count: usize,
    /// True if more such events may follow.
    is_cut: bool,
}

impl<'a> EventGroup<'a> {
    pub(crate) const fn event(&self) -> &'a AuditEvent {
        self.event
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = UserId> {
        let ids = [&self.event.actor, &self.event.subject].into_iter();
        ids.flatten().filter_map(|id| UserId::parse(id))
    }
}

/// Joins at least `least` equal changes in a row. An event is marked if it is missing in the chain.
pub(crate) fn group<'a>(
    events: &[(&'a AuditEvent, bool)],
    least: usize,
    has_more: bool,
) -> Vec<EventGroup<'a>> {
    let change = |(event, is_missing): &(&'a AuditEvent, bool)| {
        let change = event.detail.get("change").cloned();
        (event.kind, event.success, change, &event.actor, *is_missing)
    };
    let mut groups = Vec::new();
    for equal in events.chunk_by(|one, next| change(one) == change(next)) {
        let size = if equal.len() < least { 1 } else { equal.len() };
        groups.extend(equal.chunks(size).map(|some| EventGroup {
            event: some[0].0,
            is_missing: some[0].1,
            count: some.len(),
            is_cut: false,
        }));
    }
    if let Some(last) = groups.last_mut() {
        last.is_cut = has_more;
    }
    groups
}

/// Returns a table of events, the newest first. The group of a kind leads to the list at `all`.
pub(crate) fn table(
    console: &Console<'_>,
    groups: &[EventGroup<'_>],
    names: &Names,
    all: impl Fn(AuditKind) -> String,
) -> Table {
    let none = || console.text("console-none");
    let event = |group: &EventGroup<'_>| {
        let event = group.event;
        let link = match group.count {
            1 => Link::new(format!("{AUDIT}/{}", event.id), title(console, event)),
            _ => Link::new(all(event.kind), sentence(console, group)),
        };
        let failed = (!event.success).then_some("console-outcome-failed");
        let missing = group.is_missing.then_some("console-chain-missing");
        let unusual = failed.into_iter().chain(missing);
        let states: Vec<State> = unusual.map(|key| console.state(Tone::Warn, key)).collect();
        if states.is_empty() {
            Value::Link(link)
        } else {
            Value::Marked(link, states)
        }
    };
    let subject = |group: &EventGroup<'_>| match group.event.subject.as_deref() {
        Some(id) if group.count == 1 => names.any(console, id),
        _ => none(),
    };
    let table = console
        .table_of("console-audit", groups, "console-no-match")
        .column("console-event", event)
        .column("console-when", |group| console.recent(group.event.at))
        .column("console-who", |group| who(console, group.event, names))
        .column("console-about", subject)
        .column("console-address", |group| {
            console.code(group.event.ip.map(|ip| ip.to_string()))
        })
        .table();
    list::sorted(console, ("console-when", list::DESCENDING), table)
}

/// Returns the sentence of several equal changes with their number.
fn sentence(console: &Console<'_>, group: &EventGroup<'_>) -> String {
    let event = group.event;
    let count = match i64::try_from(group.count) {
        Ok(count) if !group.is_cut => count.into(),
        _ => format!("{}+", group.count).into(),
    };
    let change = event.detail.get("change").and_then(|text| text.as_str());
    let key = match (event.kind, change) {
        (AuditKind::UserChanged, Some("imported")) => "audit-import",
        _ => "audit-many",
    };
    let variables = [("what", title(console, event).into()), ("count", count)];
    console.layout.lang.text_with(key, &variables)
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
mod tests;
