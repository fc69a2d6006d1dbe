//! The end of chosen objects: the question, and the result.

use std::collections::BTreeSet;
use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_admin::operation::Entry;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::UserId;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Confirmation, Detail, EntryField, Notice, Value};
use doorward_web::page_support::text;

use super::{ChosenList, NOTHING, list_at, plural, repeated_filter};
use crate::also_as;
use crate::console::{Access, Console};
use crate::reason;
use crate::routes::Routes;
use crate::stop::{Answer, Stop};
use crate::visit::Visit;

/// Value of the field that the question adds to its form.
const YES: &str = "yes";
/// Separates the ID of a chosen object from its version. No ID contains it.
const SEPARATOR: char = '\t';

pub type FoundObjects<I> = Result<Vec<Found<I>>, AdminError>;

/// Objects of a list that are chosen and ended together.
pub trait Selection: 'static {
    type Id: Clone + Display + PartialEq;

    const PARSE: fn(&str) -> Option<Self::Id>;
    const LIST: &'static ChosenList;
    const ACCESS: Access;
    /// True if the objects end without an administrator: one that is not found has ended.
    const EXPIRES: bool;
    /// The operation that ends one object.
    const OPERATION: &'static Entry;
    /// Member of the operation that is true beside the ID of the object; empty without one.
    const FLAG: &'static str = "";

    /// Returns those of these objects that exist and are in reach, in any order.
    async fn find(console: &Console<'_>, ids: Vec<Self::Id>) -> FoundObjects<Self::Id>;

    /// Ends an object by the operation of a single one.
    async fn end(context: &AdminContext<'_>, id: Self::Id) -> Result<(), AdminError>;
}

/// A chosen object that exists.
pub struct Found<I> {
    pub id: I,
    /// Version; `None` for an object that cannot be changed.
    pub version: Option<String>,
    pub state: ObjectState,
    pub user: Option<UserId>,
    /// True if a user is informed of the reason.
    pub is_told: bool,
    pub row: Vec<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ObjectState {
    Active,
    /// Has ended in the meantime.
    Ended,
    /// Active, but cannot be ended for the reason of this message.
    Kept(&'static str),
}

impl Routes<'_> {
    pub fn selection<S: Selection>(&mut self) -> &mut Self {
        self.form(S::LIST.path, S::ACCESS, handle::<S>)
    }
}

async fn handle<S: Selection>(visit: &Visit<'_>) -> Answer {
    let (console, list) = (&visit.console, S::LIST);
    if !visit.is_typed() {
        // The question follows the form of the list.
        return Ok(console.page.see_other(&list.home()));
    }
    let filter = repeated_filter(&visit.form)?;
    let chosen = list.values(&visit.form, |value| Chosen::parse(value, S::PARSE))?;
    if chosen.is_empty() {
        let more = [("cursor", text(&visit.form, "cursor")?), ("done", NOTHING)];
        return Ok(console.page.see_other(&list_at(list.list, &filter, &more)));
    }
    let ids = chosen.iter().map(|chosen| chosen.id.clone());
    let found = S::find(console, ids.collect()).await?;
    if found.is_empty() && !S::EXPIRES {
        return Err(ErrorKind::NotFound.into());
    }
    let question = Question::new::<S>(filter, &chosen, &found);
    // Without an active object, there is nothing to ask.
    if found.iter().any(Found::is_active) {
        question.ask(visit, &found)?;
    } else if !visit.is_answer() {
        return Ok(console.page.see_other(&list.home()));
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
                let context = chosen.context(visit);
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
    id: T,
    version: Option<String>,
}

impl<T> Chosen<T> {
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

fn with_version(id: impl Display, version: &str) -> String {
    format!("{id}{SEPARATOR}{version}")
}

struct Object {
    value: String,
    /// Values of the columns; `None` for an object that has ended, or is out of reach.
    row: Option<Vec<Value>>,
}

struct Question {
    list: &'static ChosenList,
    operation: &'static Entry,
    flag: &'static str,
    filter: String,
    objects: Vec<Object>,
}

impl Question {
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
            operation: S::OPERATION,
            flag: S::FLAG,
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
        if !visit.is_answer() || text(&visit.form, "confirm")? != YES {
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
        let mut facts = vec![console.number(list.objects, &active.count())];
        if !users.is_empty() {
            facts.push(console.number("console-people", &users.len()));
        }
        let active = self.objects.iter().filter(|object| object.row.is_some());
        let active = active.map(|object| match object.value.split_once(SEPARATOR) {
            Some((id, version)) => (id, Some(version)),
            None => (object.value.as_str(), None),
        });
        let also = also_as::of_objects(console, self.operation, self.flag, active);
        let view = Confirmation {
            also: Some(also),
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
    ) -> Result<(), Stop> {
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

#[cfg(test)]
mod tests {
    use doorward_domain::model::{AssignmentId, ClientId};

    use super::{Chosen, with_version};

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
