//! `/admin/grants`: role assignments.

use std::collections::BTreeMap;

use doorward_admin::assignments::{self, AssignmentChange, NamedAssignment};
use doorward_admin::exports;
use doorward_admin::groups;
use doorward_admin::operation::Entry;
use doorward_admin::role_rules::Subject;
use doorward_domain::model::{Assignment, AssignmentId, SubjectKind};
use doorward_store::repo::role_assignments::AssignmentFilter;

use crate::roles::{ASSIGN, link};
use doorward_console_ui::names::SERVER;
use doorward_console_ui::prelude::*;

pub(crate) const ORGANIZATION: Filter =
    Filter::text("organization", "console-organization", "console-exact-id");
pub(crate) const HOLDER: Filter = Filter::text("holder", "console-holder", "console-holder-hint");
const DAY: i64 = 86_400;
const SOON: &str = "soon";
pub(crate) const MONTH: &str = "month";
const EXPIRED: &str = "expired";
pub(crate) const LAST_TOKEN: &str = "console-last-token";

const ENDS: [(&str, &str); 4] = [
    ("", "console-all-time"),
    (SOON, "console-ends-soon"),
    (MONTH, "console-ends-month"),
    (EXPIRED, "console-ended"),
];

/// Returns the earliest and the latest end of a filter. An assignment ends at its expiry.
fn ends(name: &str, now: UnixSeconds) -> (Option<UnixSeconds>, Option<UnixSeconds>) {
    match name {
        SOON => (Some(now + 1), Some(now + 7 * DAY)),
        MONTH => (Some(now + 1), Some(now + 30 * DAY)),
        EXPIRED => (None, Some(now + 1)),
        _ => (None, None),
    }
}

/// Reads the page and the filter from the URL; the filter is `None` if it names a holder that does not
/// exist.
pub(crate) async fn filter(
    console: &Console<'_>,
) -> Result<(Cursor, Option<AssignmentFilter>), Stop> {
    let cursor = Cursor::read(console, &["role", "end", ORGANIZATION.name, HOLDER.name])?;
    let text = |name| Some(cursor.filter(name)).filter(|text| !text.is_empty());
    let (org, typed) = (text(ORGANIZATION.name), text(HOLDER.name));
    let holder = match typed {
        Some(typed) => find_holder(console, typed, org).await?,
        None => None,
    };
    let is_known = typed.is_none() || holder.is_some();
    let (expires_from, expires_before) = ends(cursor.filter("end"), console.now());
    let filter = AssignmentFilter {
        holder: holder.map(|holder| (holder.kind(), holder.id())),
        role: text("role").map(str::to_owned),
        org: org.map(str::to_owned),
        expires_from,
        expires_before,
    };
    Ok((cursor, is_known.then_some(filter)))
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let (cursor, filter) = filter(console).await?;
    let (table, pager) = match &filter {
        Some(filter) => table(console, &cursor, filter, true).await?,
        None => (Table::default(), Pager::default()),
    };
    let more = more(console);
    let done = GrantAction::ALL.map(|action| action.messages().done);
    let notice = console.notice(&done)?;
    console.show(&List {
        lead: console.t("console-assignments-text"),
        notice: notice.or(CHOSEN.notice(console)?),
        actions: filter_bar::files(console, &cursor, GRANTS),
        search: Some(search(console, &cursor)),
        fields: filter_bar::fields(console, &cursor, &more),
        chosen: filter_bar::chosen(console, &cursor, GRANTS, &more),
        bulk: CHOSEN.form(console, &table)?,
        table: Table {
            empty: console.t("console-no-match"),
            ..table
        },
        pager,
        ..console.list(Section::Assignments, "console-assignments")
    })
}

fn more(console: &Console<'_>) -> Vec<Filter> {
    let organization = console.org().is_none().then_some(ORGANIZATION);
    organization.into_iter().chain([HOLDER]).collect()
}

/// Returns the user with this user name, e-mail address or ID, the group with this path or ID, or
/// the client with this ID.
async fn find_holder(
    console: &Console<'_>,
    typed: &str,
    org: Option<&str>,
) -> Result<Option<Subject>, Stop> {
    if let Some(user) = console.find_user(typed).await? {
        return Ok(Some(Subject::User(user)));
    }
    let org = console.org().or(org);
    match groups::get_named(&console.context(), typed, org).await {
        Err(AdminError::NotFound { .. } | AdminError::Denied(_)) => {
            Ok(ClientId::parse(typed).map(Subject::Client))
        }
        found => Ok(Some(Subject::Group(found?.id))),
    }
}

fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (role, chosen) = (cursor.filter("role"), cursor.filter("end"));
    let preset = |(name, key): (&str, &str)| {
        let rest = cursor.filters().filter(|(known, _)| *known != "end");
        let path = filtered(GRANTS, [("end", name)].into_iter().chain(rest));
        (console.link(path, key), name == chosen)
    };
    let kept = (!chosen.is_empty()).then(|| ("end", chosen.to_owned()));
    Search {
        action: GRANTS.to_owned(),
        label: console.t("console-find-role"),
        name: "role",
        value: role.to_owned(),
        presets: ENDS.map(preset).into(),
        kept: kept.into_iter().collect(),
    }
}

/// Returns a page of assignments as a table. The role has a column unless the
/// filter names it. With checkboxes, the form around the table removes assignments.
pub(crate) async fn table(
    console: &Console<'_>,
    cursor: &Cursor,
    filter: &AssignmentFilter,
    has_boxes: bool,
) -> Result<(Table, Pager), Stop> {
    let (context, limit) = (console.context(), LIMIT as u64);
    let found = assignments::page(&context, filter, cursor.after(), limit).await?;
    let pager = cursor.pager(console, found.next.as_deref());
    let held = found.items.iter().map(|found| &found.assignment);
    let clients = held.filter(|held| held.subject_kind == SubjectKind::Client);
    let clients: Vec<&str> = clients.map(|held| held.subject_id.as_str()).collect();
    let names = Names::of_clients(console, BTreeMap::new(), clients).await?;
    let has_role = filter.role.is_none();
    let may_assign = console.has(ASSIGN);
    let linked: &[GrantAction] = match (may_assign, has_boxes) {
        (false, _) => &[],
        (true, true) => &[GrantAction::Extend],
        (true, false) => &GrantAction::ALL,
    };
    let mut columns = vec!["console-holder"];
    columns.extend(has_role.then_some("console-role"));
    columns.extend(list::headings(COLUMNS));
    columns.push("console-given-by");
    // Of one role: in a list of all, a page would exceed its size.
    columns.extend((!has_role).then_some(LAST_TOKEN));
    columns.extend(linked.iter().map(|_| "console-action"));
    let row = |found: NamedAssignment| {
        let assignment = &found.assignment;
        let named = found.holder.as_deref();
        let named = named.or_else(|| names.client_name(&assignment.subject_id));
        let (name, mut holder) = holder(console, named, assignment);
        if may_assign && has_boxes {
            holder = if console.is(&assignment.subject_id) {
                selection::own(console, holder)
            } else {
                CHOSEN.choose(holder, assignment.id, &assignment.role)
            };
        }
        let mut row = vec![holder];
        row.extend(has_role.then(|| link(&assignment.role)));
        row.extend(list::cells(console, COLUMNS, &found));
        row.push(assigner(console, &found));
        row.extend((!has_role).then(|| last_token(&found)));
        row.extend(actions(console, assignment, &name, linked));
        row
    };
    let rows = found.items.into_iter().map(row).collect();
    let table = console.table("console-assignments", &columns, rows, "console-no-match");
    let is_by_end = filter.expires_from.is_some() || filter.expires_before.is_some();
    let order = if is_by_end {
        "console-expires"
    } else {
        "console-since"
    };
    let table = list::sorted(console, (order, list::ASCENDING), table);
    Ok((table.without_empty_columns(), pager))
}

pub(crate) const COLUMNS: &[Column<NamedAssignment>] = &[
    Column::File("id", |_, found| json!(found.assignment.id.to_string())),
    Column::File("holder_kind", |_, found| {
        json!(found.assignment.subject_kind.as_str())
    }),
    Column::File("holder_id", |_, found| json!(found.assignment.subject_id)),
    Column::File("holder", |_, found| json!(found.holder)),
    Column::File("role", |_, found| json!(found.assignment.role)),
    Column::Page("console-organization", |console, found| {
        match &found.assignment.org {
            Some(slug) => Value::Code(slug.clone()),
            None => console.text("console-everywhere"),
        }
    }),
    Column::File("organization", |_, found| json!(found.assignment.org)),
    Column::Page("console-state", |console, found| {
        if found.is_effective(console.now()) {
            console.state_value(Tone::Good, "console-active")
        } else {
            console.state_value(Tone::Plain, "console-inactive")
        }
    }),
    Column::File("state", |file, found| {
        let is_effective = found.is_effective(file.context.now());
        json!(if is_effective { "active" } else { "inactive" })
    }),
    Column::Page("console-expires", |console, found| {
        console.moment(found.assignment.expires_at, "console-for-ever")
    }),
    Column::File("expires_at", |file, found| {
        file.time(found.assignment.expires_at)
    }),
    Column::Page("console-since", |_, found| {
        Value::Day(found.assignment.created_at)
    }),
    Column::File("created_at", |file, found| {
        file.time(found.assignment.created_at)
    }),
    Column::File("assigned_by_id", |_, found| {
        json!(found.assignment.assigned_by)
    }),
    Column::File("assigned_by", |_, found| json!(found.assigner)),
    Column::File("last_token", |file, found| file.time(found.last_token)),
];

pub(crate) fn holder(
    console: &Console<'_>,
    name: Option<&str>,
    assignment: &Assignment,
) -> (String, Value) {
    let id = &assignment.subject_id;
    let named = |key, name: &str| console.layout.t_with(key, "name", name);
    let (path, name) = match (assignment.subject_kind, name) {
        (SubjectKind::User, Some(name)) => (routes::user(id), name.to_owned()),
        (SubjectKind::Group, Some(path)) => {
            (routes::group(id), named("console-holder-group", path))
        }
        (SubjectKind::Client, name) => {
            let name = named("console-holder-app", name.unwrap_or(id));
            if !console.may_globally("clients:read") {
                return (name.clone(), Value::Name(name));
            }
            (format!("{APPS}/{}", encode(id)), name)
        }
        _ => return (id.clone(), Value::Code(id.clone())),
    };
    (name.clone(), Value::Link(Link::new(path, name)))
}

/// Returns the name of the user that assigned a role, or the ID. The command line and the server
/// itself have no account, as in the audit log.
pub(crate) fn assigner(console: &Console<'_>, found: &NamedAssignment) -> Value {
    match (&found.assigner, &found.assignment.assigned_by) {
        (Some(name), _) => Value::Name(name.clone()),
        (None, Some(id)) => Value::Code(id.clone()),
        (None, None) => console.text(SERVER),
    }
}

/// Returns the day of the last token that may contain the role; empty without one.
pub(crate) fn last_token(found: &NamedAssignment) -> Value {
    let none = || Value::Text(String::new());
    found.last_token.map_or_else(none, Value::Day)
}

/// Returns the links to the actions. The operations reject the administrator's own assignments.
fn actions(
    console: &Console<'_>,
    assignment: &Assignment,
    holder: &str,
    linked: &[GrantAction],
) -> Vec<Value> {
    let link = |action: &GrantAction| {
        if console.is(&assignment.subject_id) {
            return Value::Text(String::new());
        }
        let object = format!("{holder}, {}", assignment.role);
        let path = format!("{GRANTS}/{}/{}", assignment.id, action.as_str());
        console.action(path, action.messages().submit, &object)
    };
    linked.iter().map(link).collect()
}

doorward_protocol::words! {
    pub(crate) enum GrantAction {
        Extend = "extend",
        Remove = "remove",
    }
}

impl GrantAction {
    const fn messages(self) -> Messages {
        Messages::new(match self {
            Self::Extend => [
                "console-extend-question",
                "console-extend-text",
                "console-extend",
                "console-extended",
            ],
            Self::Remove => [
                "console-role-remove-question",
                "console-role-remove-text",
                "console-role-remove",
                "console-role-removed",
            ],
        })
    }
}

pub(crate) async fn change(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let action = visit.action(&GrantAction::ALL, GrantAction::as_str)?;
    let id = parameter(console.page, "id");
    let NamedAssignment {
        assignment, holder, ..
    } = assignments::get_with_names(&console.context(), &id).await?;
    let (holder, _) = self::holder(console, holder.as_deref(), &assignment);
    let (choices, hint) = match action {
        GrantAction::Extend => (
            assignment_end::entries(console, &visit.form)?,
            reason::FOR_END,
        ),
        GrantAction::Remove => (Vec::new(), reason::of_removal(assignment.subject_kind)),
    };
    let object = format!("{holder}: {}", assignment.role);
    let question = Question {
        choices,
        reason: Some(reason::field(console, hint)),
        version: Some(version(&assignment)),
        ..Question::new(Section::Assignments, action.messages(), object, GRANTS)
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    let result = match action {
        GrantAction::Extend => {
            let change = AssignmentChange {
                expires_at: Some(assignment_end::end(console, &visit.form)?),
                ..AssignmentChange::default()
            };
            let changed = assignments::update(&context, assignment.id, change).await;
            changed.map(|_| ())
        }
        GrantAction::Remove => assignments::delete(&context, assignment.id).await.map(drop),
    };
    question.finish(visit, result).await
}

const CHOSEN: ChosenList = ChosenList {
    section: Section::Assignments,
    list: GRANTS,
    filter: "",
    name: Section::Assignments.key(),
    objects: Section::Assignments.key(),
    path: "/admin/grants/bulk",
    field: "assignment",
    columns: &[
        "console-holder",
        "console-role",
        "console-organization",
        "console-state",
        "console-expires",
        "console-since",
    ],
    submit: "console-chosen-roles",
    question: "console-chosen-roles-question",
    text: "console-chosen-roles-text",
    ended: "console-chosen-roles-removed",
    failed: "console-chosen-roles-failed",
};

pub(crate) struct ChosenAssignments;

impl Selection for ChosenAssignments {
    type Id = AssignmentId;

    const PARSE: fn(&str) -> Option<AssignmentId> = AssignmentId::parse;
    const LIST: &'static ChosenList = &CHOSEN;
    const ACCESS: Access = ASSIGN;
    const EXPIRES: bool = false;
    const OPERATION: &'static Entry = &assignments::operations::DELETE;

    async fn find(console: &Console<'_>, ids: Vec<AssignmentId>) -> FoundObjects<AssignmentId> {
        let found = assignments::find_many(&console.context(), &ids).await?;
        let found = found.into_iter().map(|found| {
            let assignment = &found.assignment;
            let (_, holder) = holder(console, found.holder.as_deref(), assignment);
            let mut row = vec![holder, link(&assignment.role)];
            row.extend(list::cells(console, COLUMNS, &found));
            Found {
                id: assignment.id,
                version: Some(version(assignment)),
                state: ObjectState::Active,
                user: None,
                // Holders other than users are not informed.
                is_told: assignment.subject_kind == SubjectKind::User,
                row,
            }
        });
        Ok(found.collect())
    }

    async fn end(context: &AdminContext<'_>, id: AssignmentId) -> Result<(), AdminError> {
        assignments::delete(context, id).await.map(drop)
    }
}

/// The assignments of a filter; `None` if it names a holder that does not exist.
pub(crate) struct Assignments(Option<AssignmentFilter>);

impl FileList for Assignments {
    type Row = NamedAssignment;

    const SECTION: Section = Section::Assignments;
    const ACCESS: Access = Access::Scoped("roles:read");
    const COLUMNS: &'static [Column<NamedAssignment>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        Ok(Self(filter(console).await?.1))
    }

    async fn record(&self, context: &AdminContext<'_>) -> Result<(), AdminError> {
        match &self.0 {
            Some(filter) => exports::record_assignments(context, filter).await,
            None => Ok(()),
        }
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<NamedAssignment> {
        let Some(filter) = &self.0 else {
            return Ok(list_file::found(Vec::new(), |_| String::new()));
        };
        assignments::page(context, filter, after, list_file::ROWS).await
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, EXPIRED, SOON, ends};

    #[test]
    fn expiry_itself_is_the_end() {
        assert_eq!(ends(EXPIRED, 5), (None, Some(6)));
        assert_eq!(ends(SOON, 5), (Some(6), Some(5 + 7 * DAY)));
        assert_eq!(ends("", 5), (None, None));
    }
}
