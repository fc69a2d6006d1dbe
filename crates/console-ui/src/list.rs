//! A list of objects on its page and in its files, over one table of columns.

use doorward_admin::found::FoundPage;
use doorward_admin::operator::AdminContext;
use doorward_domain::time::UnixSeconds;
use doorward_store::repo::Count;
use doorward_templates::Layout;
use doorward_templates::console::{Link, Search, Table, Value};
use serde_json::{Value as Json, json};

use crate::console::Console;

type Cell<R> = fn(&Console<'_>, &R) -> Value;
type FileValue<R> = fn(&FileCells<'_>, &R) -> Json;

/// A column of the page, of the files, or of both.
pub struct Column<R> {
    page: Option<(&'static str, Cell<R>)>,
    file: Option<(&'static str, FileValue<R>)>,
}

impl<R> Column<R> {
    pub const fn page(heading: &'static str, cell: Cell<R>) -> Self {
        Self {
            page: Some((heading, cell)),
            file: None,
        }
    }

    pub const fn file(name: &'static str, value: FileValue<R>) -> Self {
        Self {
            page: None,
            file: Some((name, value)),
        }
    }

    pub fn is(&self, heading: &str) -> bool {
        self.page.is_some_and(|(own, _)| own == heading)
    }

    pub const fn both(
        heading: &'static str,
        cell: Cell<R>,
        name: &'static str,
        value: FileValue<R>,
    ) -> Self {
        Self {
            page: Some((heading, cell)),
            file: Some((name, value)),
        }
    }
}

impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Column<R> {}

/// The context of the values of a file, beside their row.
pub struct FileCells<'a> {
    pub context: &'a AdminContext<'a>,
    pub layout: &'a Layout,
    pub is_json: bool,
}

impl FileCells<'_> {
    pub fn time(&self, at: impl Into<Option<UnixSeconds>>) -> Json {
        let at: Option<UnixSeconds> = at.into();
        json!(at.map(|at| self.layout.moment(&at).iso))
    }
}

pub fn names<R>(columns: &'static [Column<R>]) -> Vec<&'static str> {
    let names = columns.iter().filter_map(|column| column.file);
    names.map(|(name, _)| name).collect()
}

pub fn values<R>(columns: &[Column<R>], cells: &FileCells<'_>, row: &R) -> Vec<Json> {
    let values = columns.iter().filter_map(|column| column.file);
    values.map(|(_, value)| value(cells, row)).collect()
}

pub fn headings<R>(columns: &[Column<R>]) -> Vec<&'static str> {
    let headings = columns.iter().filter_map(|column| column.page);
    headings.map(|(heading, _)| heading).collect()
}

pub fn cells<R>(console: &Console<'_>, columns: &[Column<R>], row: &R) -> Vec<Value> {
    let cells = columns.iter().filter_map(|column| column.page);
    cells.map(|(_, cell)| cell(console, row)).collect()
}

pub fn table<R>(
    console: &Console<'_>,
    caption: &str,
    columns: &[Column<R>],
    rows: &[R],
    empty: &str,
) -> Table {
    let cells = rows.iter().map(|row| cells(console, columns, row));
    console.table(caption, &headings(columns), cells.collect(), empty)
}

/// Returns the table of a list that is searched by name, found with `text`. Its messages are the
/// caption, the same with the number, and that of a list without any rows.
pub fn named_table<R>(
    console: &Console<'_>,
    (found, text): (&FoundPage<R>, &str),
    [key, count_key, none]: [&'static str; 3],
    columns: &[Column<R>],
) -> Table {
    let none = if text.is_empty() {
        none
    } else {
        "console-no-match"
    };
    let empty = empty(found.next.as_deref(), none);
    Table {
        caption: caption(console, found.count, key, count_key),
        ..table(console, key, columns, &found.items, empty)
    }
}

/// Returns the message of a page without rows, which is `key` unless another page follows.
pub const fn empty(next: Option<&str>, key: &'static str) -> &'static str {
    match next {
        Some(_) => "console-search-on",
        None => key,
    }
}

/// Returns the caption of a list: with its number on the first page, for which it was counted.
pub fn caption(console: &Console<'_>, count: Option<Count>, key: &str, count_key: &str) -> String {
    let Some(count) = count else {
        return console.t(key);
    };
    let more = if count.is_more { "+" } else { "" };
    let number = format!("{}{more}", count.number);
    console.layout.t_with(count_key, "count", number)
}

pub fn search(console: &Console<'_>, action: &str, label: &str, typed: &str) -> Search {
    Search {
        action: action.to_owned(),
        label: console.t(label),
        name: "q",
        value: typed.to_owned(),
        ..Search::default()
    }
}

/// Returns the link to the form for a new object of a list, for an administrator who may add one.
pub fn new_link(console: &Console<'_>, home: &str, key: &str, may_add: bool) -> Vec<Link> {
    let link = may_add.then(|| console.link(format!("{home}/new"), key));
    link.into_iter().collect()
}

/// Returns the state of an object that is enabled or disabled, in a file.
pub fn enabled(is_enabled: bool) -> Json {
    json!(if is_enabled { "active" } else { "disabled" })
}
