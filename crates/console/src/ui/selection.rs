//! Objects of a list that are chosen by checkboxes and ended together: the form around the list, the
//! question, and the result.

use std::collections::BTreeSet;
use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::UserId;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    BulkForm, Checkbox, Confirmation, Detail, EntryField, Notice, Section, Table, Value,
};
use url::form_urlencoded::Serializer;

use crate::console::{Access, Console};
use crate::routes;
use crate::ui::cursor::LIMIT;
use crate::ui::reason;
use crate::ui::visit::{Handled, Stop, Visit};

/// Notice of a form without a chosen object.
const NOTHING: &str = "console-chosen-nothing";
/// Value of the field that the question adds to its form.
const YES: &str = "yes";
/// Separates the ID of a chosen object from its version. No ID contains it.
const SEPARATOR: char = '\t';
/// Parameters of a list that are not part of its filter.
const NOT_FILTERS: [&str; 4] = ["choose", "count", "cursor", "done"];

/// A list whose objects are ended together, with its messages.
pub(crate) struct ChosenList {
    /// Section of the objects, which has their name.
    pub(crate) section: Section,
    /// Path of the list.
    pub(crate) list: &'static str,
    /// Filter that selects these objects in a list of several kinds; otherwise empty.
    pub(crate) filter: &'static str,
    /// Name of the list.
    pub(crate) name: &'static str,
    /// Name of the objects beside their number.
    pub(crate) objects: &'static str,
    /// Path of the question.
    pub(crate) path: &'static str,
    /// Name of the checkboxes.
    pub(crate) field: &'static str,
    /// Columns of the question.
    pub(crate) columns: &'static [&'static str],
    /// The button.
    pub(crate) submit: &'static str,
    /// The question.
    pub(crate) question: &'static str,
    /// Consequences.
    pub(crate) text: &'static str,
    /// The number of ended objects.
    pub(crate) ended: &'static str,
    /// The number of objects that were not ended.
    pub(crate) failed: &'static str,
}

impl ChosenList {
    /// Returns the URL of the first page of the list.
    pub(crate) fn home(&self) -> String {
        list_at(self.list, self.filter, &[])
    }

    /// Returns a table of these objects.
    pub(crate) fn table(&self, console: &Console<'_>, rows: Vec<Vec<Value>>, empty: &str) -> Table {
        console.table(self.section.key(), self.columns, rows, empty)
    }

    /// Returns the name of an object with a checkbox that chooses it. `more` completes the label of
    /// the checkbox in a list in which several objects have the same name.
    pub(crate) fn choose(&self, name: Value, id: impl Display, more: &str) -> Value {
        choose(name, self.field, id.to_string(), more)
    }

    /// Returns the form around a table, if an object can be chosen.
    pub(crate) fn form(
        &self,
        console: &Console<'_>,
        table: &Table,
    ) -> Result<Option<BulkForm>, PageError> {
        let mut names = table.rows.iter().filter_map(|row| row.first());
        let is_choice =
            |name: &Value| matches!(name, Value::Choose(checkbox) if checkbox.reason.is_none());
        if !names.any(is_choice) {
            return Ok(None);
        }
        let params = console.page.query()?;
        let cursor = text(&params, "cursor")?.to_owned();
        Ok(Some(BulkForm {
            action: self.path.to_owned(),
            fields: vec![("cursor", cursor), ("filter", filter(&params))],
            note: String::new(),
            choice: None,
            submit: console.t(self.submit),
            other: None,
        }))
    }

    /// Returns the notice about the last form of the list.
    pub(crate) fn notice(&self, console: &Console<'_>) -> Result<Option<Notice>, PageError> {
        let params = console.page.query()?;
        let count = text(&params, "count")?.parse::<u8>().unwrap_or_default();
        let is_possible = (1..=LIMIT).contains(&usize::from(count));
        Ok(match text(&params, "done")? {
            NOTHING => Some(Notice {
                text: console.t(NOTHING),
                is_error: true,
            }),
            done if done == self.ended && is_possible => Some(Notice {
                text: plural(console, self.ended, count.into()),
                is_error: false,
            }),
            _ => None,
        })
    }

    /// Returns the values of the chosen checkboxes, each once. A page has no more of them than rows.
    fn values<T: PartialEq>(
        &self,
        form: &Params,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, PageError> {
        let mut values = Vec::new();
        for value in form.all(self.field) {
            let value = parse(value).ok_or(ErrorKind::BadRequest)?;
            if values.contains(&value) {
                continue;
            }
            if values.len() == LIMIT {
                return Err(ErrorKind::BadRequest.into());
            }
            values.push(value);
        }
        Ok(values)
    }
}

/// Objects of a list that are chosen and ended together.
pub(crate) trait Selection: 'static {
    /// ID of an object.
    type Id: Clone + Display + PartialEq;

    /// The list.
    const LIST: &'static ChosenList;
    /// The administrators who may end the objects.
    const ACCESS: Access;
    /// True if the objects end without an administrator: one that is not found has ended.
    const EXPIRES: bool;

    /// Reads an ID.
    fn parse(text: &str) -> Option<Self::Id>;

    /// Returns those of these objects that exist and are in reach, in any order.
    async fn find(
        console: &Console<'_>,
        ids: Vec<Self::Id>,
    ) -> Result<Vec<Found<Self::Id>>, AdminError>;

    /// Ends an object by the operation of a single one.
    async fn end(context: &AdminContext<'_>, id: Self::Id) -> Result<(), AdminError>;
}

/// A chosen object that exists.
pub(crate) struct Found<I> {
    /// The ID.
    pub(crate) id: I,
    /// Version; `None` for an object that cannot be changed.
    pub(crate) version: Option<String>,
    /// The state.
    pub(crate) state: ObjectState,
    /// The user of an object whose users are counted.
    pub(crate) user: Option<UserId>,
    /// True if a user is told the reason.
    pub(crate) is_told: bool,
    /// Values of the columns.
    pub(crate) row: Vec<Value>,
}

/// The state of a chosen object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectState {
    /// It can be ended.
    Active,
    /// It has ended in the meantime.
    Ended,
    /// It is active, and cannot be ended for the reason of this message.
    Kept(&'static str),
}

/// Registers the question about the objects of a list.
pub(crate) fn register<S: Selection>(config: &mut ServiceConfig) {
    config.service(routes::form(S::LIST.path, handle::<S>));
}

async fn handle<S: Selection>(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, S::ACCESS).await?;
    visit.require_fresh()?;
    let (console, list) = (&visit.console, S::LIST);
    if !visit.is_answer() {
        // For example after a sign-in: the question follows the form of the list.
        return Ok(page.see_other(&list.home()));
    }
    let filter = repeated_filter(&visit.form)?;
    let chosen = list.values(&visit.form, |value| Chosen::parse(value, S::parse))?;
    if chosen.is_empty() {
        let more = [("cursor", text(&visit.form, "cursor")?), ("done", NOTHING)];
        return Ok(page.see_other(&list_at(list.list, &filter, &more)));
    }
    let ids = chosen.iter().map(|chosen| chosen.id.clone());
    let found = Console::read(S::find(console, ids.collect()).await)?;
    if found.is_empty() && !S::EXPIRES {
        return Err(ErrorKind::NotFound.into());
    }
    let question = Question::new::<S>(filter, &chosen, &found);
    // Without an active object, there is nothing to ask.
    if found.iter().any(Found::is_active) {
        question.ask(&visit, &found)?;
    }
    let mut ended = Ended::default();
    for (chosen, object) in chosen.iter().zip(&question.objects) {
        let known = found.iter().find(|found| found.id == chosen.id);
        let result = match known.map(|found| found.state) {
            Some(ObjectState::Ended) => Ok(()),
            Some(ObjectState::Kept(cause)) => {
                ended.fail(list, object, console.t(cause));
                continue;
            }
            Some(ObjectState::Active) | None => {
                let context = chosen.context(&visit);
                // Boxed, because the future is large.
                match Box::pin(S::end(&context, chosen.id.clone())).await {
                    Err(AdminError::NotFound { .. }) if S::EXPIRES => Ok(()),
                    result => result,
                }
            }
        };
        ended.add(console, list, object, result).await?;
    }
    Ok(question.finish(console, ended))
}

impl<I> Found<I> {
    fn is_active(&self) -> bool {
        self.state != ObjectState::Ended
    }
}

/// The value of a checkbox. The form of the question adds the version that the administrator has seen.
#[derive(PartialEq)]
struct Chosen<T> {
    /// ID of the object.
    id: T,
    version: Option<String>,
}

impl<T> Chosen<T> {
    /// Reads the value.
    fn parse(value: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let (id, version) = match value.split_once(SEPARATOR) {
            Some((id, version)) => (id, Some(version.to_owned())),
            None => (value, None),
        };
        let id = parse(id)?;
        Some(Self { id, version })
    }

    /// Returns the context for the end of the object, with the reason that the form gives.
    fn context<'v>(&self, visit: &'v Visit<'_>) -> AdminContext<'v> {
        let version = self.version.as_ref();
        AdminContext {
            seen: version.map(|version| format!("\"{version}\"")),
            ..visit.context()
        }
    }
}

/// Returns the value that chooses an object in this version.
fn with_version(id: impl Display, version: &str) -> String {
    format!("{id}{SEPARATOR}{version}")
}

/// A chosen object.
struct Object {
    /// Value of the hidden field that chooses it.
    value: String,
    /// Values of the columns; `None` for an object that has ended, or is out of reach.
    row: Option<Vec<Value>>,
}

/// The question before chosen objects are ended.
struct Question {
    list: &'static ChosenList,
    /// Filter of the list.
    filter: String,
    objects: Vec<Object>,
}

impl Question {
    /// Returns the question about these objects, of which those in reach were found.
    fn new<S: Selection>(filter: String, chosen: &[Chosen<S::Id>], found: &[Found<S::Id>]) -> Self {
        let object = |chosen: &Chosen<S::Id>| {
            let mut active = found.iter().filter(|found| found.is_active());
            let found = active.find(|found| found.id == chosen.id);
            Object {
                value: match found.and_then(|found| found.version.as_ref()) {
                    Some(version) => with_version(&chosen.id, version),
                    None => chosen.id.to_string(),
                },
                row: found.map(|found| found.row.clone()),
            }
        };
        Self {
            list: S::LIST,
            filter,
            objects: chosen.iter().map(object).collect(),
        }
    }

    /// Asks, unless the form confirms it with an accepted reason.
    fn ask<I>(&self, visit: &Visit<'_>, found: &[Found<I>]) -> Result<(), Stop> {
        let console = &visit.console;
        let is_told = found.iter().any(|found| found.is_told);
        let hint = if is_told {
            reason::FOR_USER
        } else {
            reason::FOR_LOG
        };
        let field = reason::field(console, hint);
        if text(&visit.form, "confirm")? != YES {
            return Err(self.show(visit, StatusCode::OK, field, found));
        }
        let field = reason::fill(console, field, &visit.form)?;
        if field.error.is_some() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(self.show(visit, status, field, found));
        }
        Ok(())
    }

    fn show<I>(
        &self,
        visit: &Visit<'_>,
        status: StatusCode,
        reason: EntryField,
        found: &[Found<I>],
    ) -> Stop {
        let (console, list) = (&visit.console, self.list);
        let rows = self.objects.iter().filter_map(|object| object.row.clone());
        let mut fields = vec![("confirm", YES.to_owned()), ("filter", self.filter.clone())];
        let objects = self.objects.iter();
        fields.extend(objects.map(|object| (list.field, object.value.clone())));
        let active = found.iter().filter(|found| found.is_active());
        let users: BTreeSet<UserId> = active.clone().filter_map(|found| found.user).collect();
        let mut facts = vec![console.number(list.objects, active.count())];
        if !users.is_empty() {
            facts.push(console.number("console-people", users.len()));
        }
        let view = Confirmation {
            text: console.t(list.text),
            tables: vec![list.table(console, rows.collect(), "console-no-match")],
            facts,
            reason: Some(reason),
            fields,
            action: list.path.to_owned(),
            submit: console.t(list.submit),
            is_risky: true,
            ..console.confirmation(list.section, list.question, self.back(&[]))
        };
        visit.answer(status, &view)
    }

    /// Leads back to the list, or shows which objects were not ended and why.
    fn finish(&self, console: &Console<'_>, ended: Ended) -> HttpResponse {
        let list = self.list;
        if ended.failures.is_empty() {
            let count = ended.count.to_string();
            let more = [("done", list.ended), ("count", count.as_str())];
            return console.page.see_other(&self.back(&more));
        }
        let failed = i64::try_from(ended.failures.len()).unwrap_or(i64::MAX);
        let done = (ended.count > 0).then(|| {
            let text = plural(console, list.ended, ended.count);
            console.fact("console-done", Value::Text(text))
        });
        let status = if done.is_some() {
            StatusCode::OK
        } else {
            StatusCode::CONFLICT
        };
        let columns = [list.columns, &["console-cause"]].concat();
        let (key, rows) = ("console-chosen-failed", ended.failures);
        let table = console.table(key, &columns, rows, "console-no-match");
        let back = console.link(self.back(&[]), list.name);
        let view = Detail {
            notice: Some(Notice {
                text: plural(console, list.failed, failed),
                is_error: true,
            }),
            facts: done.into_iter().collect(),
            tables: vec![table],
            ..console.detail(list.section, back, console.t(list.submit))
        };
        console.page.html(status, &view)
    }

    fn back(&self, more: &[(&str, &str)]) -> String {
        list_at(self.list.list, &self.filter, more)
    }
}

/// The result of ending chosen objects.
#[derive(Default)]
struct Ended {
    count: i64,
    failures: Vec<Vec<Value>>,
}

impl Ended {
    /// Counts an ended object, or keeps the reason why it was not ended: the others are tried.
    async fn add(
        &mut self,
        console: &Console<'_>,
        list: &ChosenList,
        object: &Object,
        result: Result<(), AdminError>,
    ) -> Result<(), PageError> {
        let cause = match result {
            Err(AdminError::NotFound { .. }) => console.t("console-chosen-gone"),
            Err(error @ (AdminError::Store(_) | AdminError::Fault(_))) => {
                tracing::warn!(fault = %error, "chosen object was not ended");
                console.t("console-bulk-error")
            }
            result => match console.change(result).await? {
                Ok(()) => {
                    self.count += 1;
                    return Ok(());
                }
                Err(cause) => cause,
            },
        };
        self.fail(list, object, cause);
        Ok(())
    }

    /// Keeps the reason why an object was not ended.
    fn fail(&mut self, list: &ChosenList, object: &Object, cause: String) {
        let mut row = object.row.clone().unwrap_or_else(|| {
            let mut row = vec![Value::Code(object.value.clone())];
            row.resize(list.columns.len(), Value::Text(String::new()));
            row
        });
        row.push(Value::Text(cause));
        self.failures.push(row);
    }
}

fn plural(console: &Console<'_>, key: &str, count: i64) -> String {
    console.layout.t_plural(key, "count", count)
}

/// Returns the name of an object with a checkbox with this field and value.
pub(crate) fn choose(name: Value, field: &'static str, value: String, more: &str) -> Value {
    let (name, href) = match name {
        Value::Link(link) => (link.text, Some(link.href)),
        Value::Name(name) | Value::Code(name) => (name, None),
        // No other value names an object.
        other => return other,
    };
    let label = if more.is_empty() {
        name.clone()
    } else {
        format!("{name}, {more}")
    };
    Value::Choose(Checkbox {
        field,
        value,
        label,
        name,
        href,
        reason: None,
    })
}

/// Returns the name of an object with a disabled checkbox, because it belongs to the administrator.
pub(crate) fn own(console: &Console<'_>, name: Value) -> Value {
    match choose(name, "", String::new(), "") {
        Value::Choose(checkbox) => Value::Choose(Checkbox {
            reason: Some(console.t("console-own-account")),
            ..checkbox
        }),
        other => other,
    }
}

/// Returns the filter of a list as its query string, whatever parameters it has.
pub(crate) fn filter(params: &Params) -> String {
    let pairs = params.iter();
    let pairs = pairs.filter(|(name, value)| !NOT_FILTERS.contains(name) && !value.is_empty());
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs).finish()
}

/// Returns the filter that a form repeats.
pub(crate) fn repeated_filter(form: &Params) -> Result<String, PageError> {
    let params = Params::parse(text(form, "filter")?.as_bytes());
    Ok(filter(&params.map_err(|_| ErrorKind::BadRequest)?))
}

/// Returns the URL of a list with a filter and more parameters; empty ones are left out.
pub(crate) fn list_at(home: &str, filter: &str, more: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(filter.to_owned());
    query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => home.to_owned(),
        query => format!("{home}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use doorward_domain::model::{AssignmentId, ClientId};

    use super::{Chosen, Params, filter, list_at, with_version};

    #[test]
    fn filter_keeps_every_parameter_of_list() {
        let query = b"q=a+b&state=disabled&cursor=x&choose=all&done=y&count=3&empty=";
        let kept = filter(&Params::parse(query).unwrap());
        assert_eq!(kept, "q=a+b&state=disabled");
        let more = [("choose", "all"), ("cursor", "")];
        let url = list_at("/admin/people", &kept, &more);
        assert_eq!(url, "/admin/people?q=a+b&state=disabled&choose=all");
        assert_eq!(list_at("/admin/people", "", &more[1..]), "/admin/people");
    }

    #[test]
    fn value_has_id_and_seen_version() {
        let id = "018f0000-0000-7000-8000-000000000000";
        let parse = |value: &str| {
            let chosen = Chosen::parse(value, AssignmentId::parse);
            chosen.map(|chosen| chosen.version)
        };
        assert_eq!(parse(id), Some(None));
        let value = with_version(id, "a-b_");
        assert_eq!(parse(&value), Some(Some("a-b_".to_owned())));
        for wrong in ["", "x", &id[1..], &format!("{id}x"), &format!("\t{id}")] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn id_of_client_has_any_printable_character() {
        let id = ClientId::parse("https://app.example/ a~b").unwrap();
        for value in [id.to_string(), with_version(&id, "a-b_")] {
            let chosen = Chosen::parse(&value, ClientId::parse);
            assert_eq!(chosen.map(|chosen| chosen.id), Some(id.clone()));
        }
    }
}
