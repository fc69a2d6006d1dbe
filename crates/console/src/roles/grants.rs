//! `/admin/grants`: role assignments.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::assignments::{self, AssignmentChange, NamedAssignment};
use doorward_admin::groups;
use doorward_admin::operator::{AdminError, version};
use doorward_admin::role_rules::Subject;
use doorward_domain::model::{Assignment, ClientId, SubjectKind};
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_protocol::params::Params;
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Link, List, Pager, Search, Section, State, Table, Tone, Value};

use crate::console::Console;
use crate::people;
use crate::routes::{self, APPS, encode, filtered, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::checkbox;
use crate::ui::chosen;
use crate::ui::cursor::{Cursor, ROWS};
use crate::ui::filter_bar::{self, Filter};
use crate::ui::lifetimes;
use crate::ui::reason;

/// Path of the list.
pub(crate) const HOME: &str = "/admin/grants";
/// The filter for an organization.
pub(crate) const ORGANIZATION: Filter =
    Filter::text("organization", "console-organization", "console-exact-id");
/// The filter for a holder.
pub(crate) const HOLDER: Filter = Filter::text("holder", "console-holder", "console-holder-hint");
const DAY: i64 = 86_400;
const SOON: &str = "soon";
const EXPIRED: &str = "expired";

/// The ends to choose from, with the message of their name.
const ENDS: [(&str, &str); 3] = [
    ("", "console-all-time"),
    (SOON, "console-ends-soon"),
    (EXPIRED, "console-ended"),
];

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::form("/admin/grants/{id}/{action}", ask, submit));
}

/// Returns the earliest and the latest end of a filter. An assignment ends at its expiry.
fn ends(name: &str, now: UnixSeconds) -> (Option<UnixSeconds>, Option<UnixSeconds>) {
    match name {
        SOON => (Some(now + 1), Some(now + 7 * DAY)),
        EXPIRED => (None, Some(now + 1)),
        _ => (None, None),
    }
}

/// Reads the page and the filter from the URL; the filter is `None` if it names a holder that does not
/// exist.
pub(crate) async fn filter(
    console: &Console<'_>,
) -> Result<(Cursor, Option<AssignmentFilter>), PageError> {
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

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let (cursor, filter) = filter(&console).await?;
    let (table, pager) = match &filter {
        Some(filter) => table(&console, &cursor, filter, true).await?,
        None => (Table::default(), Pager::default()),
    };
    let more = more(&console);
    let done = GrantAction::ALL.map(|action| action.messages().done);
    let notice = console.notice(&done)?;
    let view = List {
        lead: console.t("console-assignments-text"),
        notice: notice.or(chosen::ASSIGNMENTS.notice(&console)?),
        actions: filter_bar::files(&console, &cursor, HOME),
        search: Some(search(&console, &cursor)),
        fields: filter_bar::fields(&console, &cursor, &more),
        chosen: filter_bar::chosen(&console, &cursor, HOME, &more),
        bulk: chosen::ASSIGNMENTS.form(&console, &table)?,
        table: Table {
            caption: console.t("console-assignments"),
            empty: console.t("console-no-match"),
            ..table
        },
        pager,
        ..console.list(Section::Assignments, "console-assignments")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the further filters that the administrator may use.
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
) -> Result<Option<Subject>, PageError> {
    if let Some(user) = people::find(console, typed).await? {
        return Ok(Some(Subject::User(user)));
    }
    let org = console.org().or(org);
    match groups::get_named(&console.context(), typed, org).await {
        Err(AdminError::NotFound { .. } | AdminError::Denied(_)) => {
            Ok(ClientId::parse(typed).map(Subject::Client))
        }
        found => Ok(Some(Subject::Group(Console::read(found)?.id))),
    }
}

fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (role, chosen) = (cursor.filter("role"), cursor.filter("end"));
    let preset = |(name, key): (&str, &str)| {
        let rest = cursor.filters().filter(|(known, _)| *known != "end");
        let path = filtered(HOME, [("end", name)].into_iter().chain(rest));
        (Link::new(path, console.t(key)), name == chosen)
    };
    let kept = (!chosen.is_empty()).then(|| ("end", chosen.to_owned()));
    Search {
        action: HOME.to_owned(),
        label: console.t("console-find-role"),
        name: "role",
        value: role.to_owned(),
        presets: ENDS.map(preset).into(),
        kept: kept.into_iter().collect(),
    }
}

/// Returns a page of assignments as a table without its messages. The role has a column unless the
/// filter names it. With checkboxes, the form around the table removes assignments.
pub(crate) async fn table(
    console: &Console<'_>,
    cursor: &Cursor,
    filter: &AssignmentFilter,
    has_boxes: bool,
) -> Result<(Table, Pager), PageError> {
    let found = assignments::page(&console.context(), filter, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let has_role = filter.role.is_none();
    let may_assign = console.may("roles:assign");
    let linked: &[GrantAction] = match (may_assign, has_boxes) {
        (false, _) => &[],
        (true, true) => &[GrantAction::Extend],
        (true, false) => &GrantAction::ALL,
    };
    let mut columns = vec!["console-holder"];
    columns.extend(has_role.then_some("console-role"));
    columns.extend(FACTS);
    columns.push("console-given-by");
    columns.extend(linked.iter().map(|_| "console-action"));
    let row = |found: NamedAssignment| {
        let assignment = found.assignment;
        let (name, mut holder) = holder(console, found.holder.as_deref(), &assignment);
        if may_assign && has_boxes {
            holder = if console.is(&assignment.subject_id) {
                checkbox::disable(holder, console.t("console-own-account"))
            } else {
                let (field, id) = (chosen::ASSIGNMENTS.field, assignment.id.to_string());
                checkbox::choose(holder, field, id, &assignment.role)
            };
        }
        let mut row = vec![holder];
        if has_role {
            let name = &assignment.role;
            row.push(Value::Link(Link::new(routes::role(name), name.clone())));
        }
        row.extend(facts(console, &assignment));
        row.push(assigner(&assignment, found.assigner));
        row.extend(actions(console, &assignment, &name, linked));
        row
    };
    let table = Table {
        columns: columns.into_iter().map(|key| console.t(key)).collect(),
        rows: found.into_iter().map(|found| row(found.item)).collect(),
        ..Table::default()
    };
    Ok((table.without_empty_columns(), pager))
}

/// The messages of the columns with the facts of an assignment.
pub(crate) const FACTS: [&str; 4] = [
    "console-organization",
    "console-state",
    "console-expires",
    "console-since",
];

/// Returns the facts of an assignment, in the order of [`FACTS`].
pub(crate) fn facts(console: &Console<'_>, assignment: &Assignment) -> [Value; 4] {
    // Most assignments are active, so that only the others are marked: 50 rows are 4 kB shorter.
    let state = if assignment.is_live(console.now()) {
        Value::Text(console.t("console-active"))
    } else {
        let inactive = console.t("console-inactive");
        Value::States(vec![State::new(Tone::Plain, inactive)])
    };
    [
        match &assignment.org {
            Some(slug) => Value::Code(slug.clone()),
            None => Value::Text(console.t("console-everywhere")),
        },
        state,
        match assignment.expires_at {
            Some(at) => Value::Moment(at),
            None => Value::Text(console.t("console-never")),
        },
        Value::Day(assignment.created_at),
    ]
}

/// Returns the name of a holder, and the link to its page if the administrator may open it.
pub(crate) fn holder(
    console: &Console<'_>,
    name: Option<&str>,
    assignment: &Assignment,
) -> (String, Value) {
    let id = &assignment.subject_id;
    let named = |key, name: &str| console.layout.t_with(key, "name", name);
    let (path, name) = match (assignment.subject_kind, name) {
        (SubjectKind::User, Some(name)) => (format!("{}/{id}", people::HOME), name.to_owned()),
        (SubjectKind::Group, Some(path)) => {
            (routes::group(id), named("console-holder-group", path))
        }
        (SubjectKind::Client, _) => {
            let name = named("console-holder-app", id);
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
fn assigner(assignment: &Assignment, name: Option<String>) -> Value {
    match (name, &assignment.assigned_by) {
        (Some(name), _) => Value::Name(name),
        (None, Some(id)) => Value::Code(id.clone()),
        (None, None) => Value::Text("doorward".to_owned()),
    }
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
        let text = console.t(action.messages().submit);
        let label = format!("{text}: {holder}, {}", assignment.role);
        let path = format!("{HOME}/{}/{}", assignment.id, action.as_str());
        Value::Action(Link::new(path, text), label)
    };
    linked.iter().map(link).collect()
}

/// A change of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GrantAction {
    Extend,
    Remove,
}

impl GrantAction {
    const ALL: [Self; 2] = [Self::Extend, Self::Remove];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Extend => "extend",
            Self::Remove => "remove",
        }
    }

    const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
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
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }
}

/// Returns the assignment and the action that the path names, with the question and the values as
/// typed.
async fn named(
    console: &Console<'_>,
    typed: &Params,
) -> Result<(Assignment, GrantAction, Action), PageError> {
    let name = parameter(console.page, "action");
    let mut all = GrantAction::ALL.into_iter();
    let action = all.find(|action| action.as_str() == name);
    let action = action.ok_or(ErrorKind::NotFound)?;
    let id = parameter(console.page, "id");
    let found = assignments::get_with_names(&console.context(), &id).await;
    let found = Console::read(found)?;
    let (name, found) = (found.holder, found.assignment);
    let (holder, _) = holder(console, name.as_deref(), &found);
    let choice = match action {
        GrantAction::Extend => Some(lifetimes::choice(console, typed)?),
        GrantAction::Remove => None,
    };
    let hint = match action {
        GrantAction::Extend => reason::FOR_END,
        GrantAction::Remove => reason::of_removal(found.subject_kind),
    };
    let question = Action {
        section: Section::Assignments,
        messages: action.messages(),
        object: format!("{holder}: {}", found.role),
        choice,
        reason: Some(reason::field(console, hint)),
        typed: None,
        version: Some(version(&found)),
        is_risky: false,
        back: HOME.to_owned(),
    };
    Ok((found, action, question))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, "roles:assign").await?;
    let (.., question) = named(&console, &Params::default()).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_scoped_change(page, "roles:assign").await?;
    let (found, action, question) = named(&console, &form).await?;
    let question = match question.check(&console, &form)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let context = console.context_with_version(&form);
    let result = match action {
        GrantAction::Extend => {
            let change = AssignmentChange {
                expires_at: Some(lifetimes::end(&console, &form)?),
                ..AssignmentChange::default()
            };
            let changed = assignments::update(&context, found.id, change).await;
            changed.map(|_| ())
        }
        GrantAction::Remove => assignments::delete(&context, found.id).await,
    };
    let result = console.change(result).await?;
    Ok(question.finish(&console, result, HOME))
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
