//! Objects of a list that are ended together: the form around the list, the question, and the result.

use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    BulkForm, Confirmation, Detail, EntryField, Fact, Link, Notice, Section, Table, Value,
};

use crate::console::Console;
use crate::home::unused_paths::{KEY_COLUMNS, UNUSED_LIST};
use crate::people;
use crate::ui::cursor::LIMIT;
use crate::ui::reason;

/// Notice of a form without a chosen object.
const NOTHING: &str = "console-chosen-nothing";
/// Value of the field that the question adds to its form.
const YES: &str = "yes";

/// Separates the ID of a chosen object from its version. No ID contains it.
const SEPARATOR: char = '\t';

/// A list whose objects are ended together, with its messages.
pub(crate) struct ChosenList {
    /// Section of the objects, which has their name.
    pub(crate) section: Section,
    /// Path of the list.
    list: &'static str,
    /// Filter that selects these objects in a list of several kinds; otherwise empty.
    filter: &'static str,
    /// Name of the list.
    name: &'static str,
    /// Path of the question.
    pub(crate) path: &'static str,
    /// Name of the checkboxes.
    pub(crate) field: &'static str,
    /// Columns of the question.
    columns: &'static [&'static str],
    /// The button.
    submit: &'static str,
    /// The question.
    question: &'static str,
    /// Consequences.
    text: &'static str,
    /// The number of ended objects.
    ended: &'static str,
    /// The number of objects that were not ended.
    failed: &'static str,
}

/// The sessions of all users.
pub(crate) static SESSIONS: ChosenList = ChosenList {
    section: Section::Sessions,
    list: Section::Sessions.path(),
    filter: "",
    name: Section::Sessions.key(),
    path: "/admin/sessions/bulk",
    field: "session",
    columns: &[
        "console-who",
        "console-device",
        "console-last-use",
        "console-address",
        "console-since",
    ],
    submit: "console-chosen-sessions",
    question: "console-chosen-sessions-question",
    text: "console-chosen-sessions-text",
    ended: "console-chosen-sessions-ended",
    failed: "console-chosen-sessions-failed",
};

/// The role assignments in reach.
pub(crate) static ASSIGNMENTS: ChosenList = ChosenList {
    section: Section::Assignments,
    list: Section::Assignments.path(),
    filter: "",
    name: Section::Assignments.key(),
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

/// The unused clients.
pub(crate) static UNUSED_APPS: ChosenList = ChosenList {
    section: Section::Apps,
    list: UNUSED_LIST,
    filter: "kind=apps",
    name: "console-unused",
    path: "/admin/unused/apps/bulk",
    field: "app",
    columns: &[
        "console-name",
        "console-id",
        "console-last-use",
        "console-created",
    ],
    submit: "console-chosen-apps",
    question: "console-chosen-apps-question",
    text: "console-chosen-apps-text",
    ended: "console-chosen-apps-ended",
    failed: "console-chosen-apps-failed",
};

/// The unused API keys of all users.
pub(crate) static UNUSED_KEYS: ChosenList = ChosenList {
    section: Section::ApiAccess,
    list: UNUSED_LIST,
    filter: "kind=api-keys",
    name: "console-unused",
    path: "/admin/unused/api-keys/bulk",
    field: "key",
    columns: KEY_COLUMNS,
    submit: "console-chosen-keys",
    question: "console-chosen-keys-question",
    text: "console-chosen-keys-text",
    ended: "console-chosen-keys-ended",
    failed: "console-chosen-keys-failed",
};

/// The unused accounts in reach.
pub(crate) static UNUSED_ACCOUNTS: ChosenList = ChosenList {
    section: Section::People,
    list: UNUSED_LIST,
    filter: "kind=accounts",
    name: "console-unused",
    path: "/admin/unused/accounts/bulk",
    field: "user",
    columns: &[
        "console-name",
        "email",
        "console-last-sign-in",
        "console-created",
    ],
    submit: "console-chosen-accounts",
    question: "console-bulk-disable-question",
    text: "console-bulk-disable-text",
    ended: "console-chosen-accounts-ended",
    failed: "console-chosen-accounts-failed",
};

impl ChosenList {
    /// Leads to the list.
    pub(crate) fn open(&self, console: &Console<'_>) -> HttpResponse {
        console.page.see_other(&self.home())
    }

    /// Returns the URL of the first page of the list.
    pub(crate) fn home(&self) -> String {
        people::bulk_form::list_at(self.list, self.filter, &[])
    }

    /// Returns a table of these objects.
    pub(crate) fn table(&self, console: &Console<'_>, rows: Vec<Vec<Value>>, empty: &str) -> Table {
        console.table(self.section.key(), self.columns, rows, empty)
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
            fields: vec![
                ("cursor", cursor),
                ("filter", people::bulk_form::filter(&params)),
            ],
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
    pub(crate) fn values<T: PartialEq>(
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

    /// Leads back to the page of the list, with the notice that nothing is chosen.
    pub(crate) fn reject_nothing(
        &self,
        console: &Console<'_>,
        form: &Params,
    ) -> Result<HttpResponse, PageError> {
        let filter = people::bulk_form::repeated_filter(form)?;
        let more = [("cursor", text(form, "cursor")?), ("done", NOTHING)];
        let path = people::bulk_form::list_at(self.list, &filter, &more);
        Ok(console.page.see_other(&path))
    }
}

/// The value of a checkbox. The form of the question adds the version that the administrator has seen.
#[derive(PartialEq)]
pub(crate) struct Chosen<T> {
    /// ID of the object.
    pub(crate) id: T,
    version: Option<String>,
}

impl<T> Chosen<T> {
    /// Reads the value.
    pub(crate) fn parse(value: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let (id, version) = match value.split_once(SEPARATOR) {
            Some((id, version)) => (id, Some(version.to_owned())),
            None => (value, None),
        };
        let id = parse(id)?;
        Some(Self { id, version })
    }

    /// Returns the context for the end of the object, with the reason that the form gives.
    pub(crate) fn context<'c>(&self, console: &'c Console<'_>, form: &Params) -> AdminContext<'c> {
        let version = self.version.as_ref();
        AdminContext {
            seen: version.map(|version| format!("\"{version}\"")),
            ..console.context_with_version(form)
        }
    }
}

/// Returns the value that chooses an object in this version.
pub(crate) fn with_version(id: impl Display, version: &str) -> String {
    format!("{id}{SEPARATOR}{version}")
}

/// A chosen object.
pub(crate) struct Object {
    /// Value of the hidden field that chooses it.
    pub(crate) value: String,
    /// Values of the columns; `None` for an object that does not exist, or is out of reach.
    pub(crate) row: Option<Vec<Value>>,
}

/// The question before chosen objects are ended.
pub(crate) struct Question {
    /// The list.
    pub(crate) list: &'static ChosenList,
    /// Filter of the list.
    pub(crate) filter: String,
    /// The objects.
    pub(crate) objects: Vec<Object>,
    /// Numbers of what is ended.
    pub(crate) counts: Vec<Fact>,
    /// Hint of the field for the reason.
    pub(crate) hint: &'static str,
}

impl Question {
    /// Returns the question, unless the form confirms it with an accepted reason.
    pub(crate) fn ask(
        &self,
        console: &Console<'_>,
        form: &Params,
    ) -> Result<Option<HttpResponse>, PageError> {
        let field = reason::field(console, self.hint);
        if text(form, "confirm")? != YES {
            return Ok(Some(self.show(console, StatusCode::OK, field)));
        }
        let field = reason::fill(console, field, form)?;
        let is_rejected = field.error.is_some();
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(is_rejected.then(|| self.show(console, status, field)))
    }

    fn show(&self, console: &Console<'_>, status: StatusCode, reason: EntryField) -> HttpResponse {
        let list = self.list;
        let rows = self.objects.iter().filter_map(|object| object.row.clone());
        let table = list.table(console, rows.collect(), "console-no-match");
        let mut fields = vec![("confirm", YES.to_owned()), ("filter", self.filter.clone())];
        let objects = self.objects.iter();
        fields.extend(objects.map(|object| (list.field, object.value.clone())));
        let view = Confirmation {
            text: console.t(list.text),
            tables: vec![table],
            facts: self.counts.clone(),
            reason: Some(reason),
            fields,
            action: list.path.to_owned(),
            submit: console.t(list.submit),
            is_risky: true,
            ..console.confirmation(list.section, list.question, self.back(&[]))
        };
        console.page.html(status, &view)
    }

    /// Leads back to the list, or shows which objects were not ended and why.
    pub(crate) fn finish(&self, console: &Console<'_>, ended: Ended) -> HttpResponse {
        let list = self.list;
        if ended.failures.is_empty() {
            let count = ended.count.to_string();
            let more = [("done", list.ended), ("count", count.as_str())];
            return console.page.see_other(&self.back(&more));
        }
        let failed = i64::try_from(ended.failures.len()).unwrap_or(i64::MAX);
        let done = (ended.count > 0).then(|| {
            let text = plural(console, list.ended, ended.count);
            Fact::new(console.t("console-done"), Value::Text(text))
        });
        let status = if done.is_some() {
            StatusCode::OK
        } else {
            StatusCode::CONFLICT
        };
        let mut columns = list.columns.to_vec();
        columns.push("console-cause");
        let table = console.table(
            "console-chosen-failed",
            &columns,
            ended.failures,
            "console-no-match",
        );
        let back = Link::new(self.back(&[]), console.t(list.name));
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
        people::bulk_form::list_at(self.list.list, &self.filter, more)
    }
}

/// The result of ending chosen objects.
#[derive(Default)]
pub(crate) struct Ended {
    count: i64,
    failures: Vec<Vec<Value>>,
}

impl Ended {
    /// Counts an ended object, or keeps the reason why it was not ended: the others are tried.
    pub(crate) async fn add(
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
    pub(crate) fn fail(&mut self, list: &ChosenList, object: &Object, cause: String) {
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
