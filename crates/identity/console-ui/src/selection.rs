//! Objects of a list that are chosen by checkboxes: the form around the list, and its filter.

mod end;

use std::fmt::Display;

use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{BulkForm, Checkbox, Notice, Section, Table, UserLink, Value};
use doorward_web::page_support::text;
use url::form_urlencoded::Serializer;

use crate::console::Console;
use crate::cursor::LIMIT;
use crate::stop::Stop;

pub use self::end::{Found, FoundObjects, ObjectState, Selection};

const NOTHING: &str = "console-chosen-nothing";
const NOT_FILTERS: [&str; 4] = ["choose", "count", "cursor", "done"];

pub struct ChosenList {
    pub section: Section,
    pub list: &'static str,
    /// Filter that selects these objects in a list of several kinds; otherwise empty.
    pub filter: &'static str,
    pub name: &'static str,
    pub objects: &'static str,
    pub path: &'static str,
    pub field: &'static str,
    pub columns: &'static [&'static str],
    pub submit: &'static str,
    pub question: &'static str,
    pub text: &'static str,
    pub ended: &'static str,
    pub failed: &'static str,
}

impl ChosenList {
    pub fn home(&self) -> String {
        list_at(self.list, self.filter, &[])
    }

    pub fn table(&self, console: &Console<'_>, rows: Vec<Vec<Value>>, empty: &str) -> Table {
        console.table(self.section.key(), self.columns, rows, empty)
    }

    /// Returns the name of an object with a checkbox that chooses it. `more` completes the label of
    /// the checkbox in a list in which several objects have the same name.
    pub fn choose(&self, name: Value, id: impl Display, more: &str) -> Value {
        choose(name, self.field, id.to_string(), more)
    }

    /// Returns the form around a table, if an object can be chosen.
    pub fn form(&self, console: &Console<'_>, table: &Table) -> Result<Option<BulkForm>, Stop> {
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
            submit: console.t(self.submit),
            ..BulkForm::default()
        }))
    }

    pub fn notice(&self, console: &Console<'_>) -> Result<Option<Notice>, Stop> {
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
    ) -> Result<Vec<T>, Stop> {
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

fn plural(console: &Console<'_>, key: &str, count: i64) -> String {
    console.layout.t_plural(key, "count", count)
}

pub fn choose(name: Value, field: &'static str, value: String, more: &str) -> Value {
    let text = match &name {
        Value::Link(link) | Value::User(UserLink { link, .. }) => &link.text,
        Value::Name(text) | Value::Code(text) => text,
        // No other value names an object.
        _ => return name,
    };
    let label = if more.is_empty() {
        text.clone()
    } else {
        format!("{text}, {more}")
    };
    Value::Choose(Checkbox {
        field,
        value,
        label,
        object: Box::new(name),
        reason: None,
    })
}

/// Returns the name of an object with a disabled checkbox, because it belongs to the administrator.
pub fn own(console: &Console<'_>, name: Value) -> Value {
    match choose(name, "", String::new(), "") {
        Value::Choose(checkbox) => Value::Choose(Checkbox {
            reason: Some(console.t("console-own-account")),
            ..checkbox
        }),
        other => other,
    }
}

/// Returns the filter of a list as its query string, whatever parameters it has.
pub fn filter(params: &Params) -> String {
    let pairs = params.iter();
    let pairs = pairs.filter(|(name, value)| !NOT_FILTERS.contains(name) && !value.is_empty());
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs).finish()
}

pub fn repeated_filter(form: &Params) -> Result<String, Stop> {
    let params = Params::parse(text(form, "filter")?.as_bytes());
    Ok(filter(&params.map_err(|_| ErrorKind::BadRequest)?))
}

/// Returns the URL of a list with a filter and more parameters; empty ones are left out.
pub fn list_at(home: &str, filter: &str, more: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(filter.to_owned());
    query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => home.to_owned(),
        query => format!("{home}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Params, filter, list_at};

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
}
