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

/// A column of the page, or of the files.
pub enum Column<R> {
    Page(&'static str, Cell<R>),
    File(&'static str, FileValue<R>),
}

impl<R> Column<R> {
    const fn on_page(&self) -> Option<(&'static str, Cell<R>)> {
        match self {
            Self::Page(heading, cell) => Some((heading, *cell)),
            Self::File(..) => None,
        }
    }

    const fn in_file(&self) -> Option<(&'static str, FileValue<R>)> {
        match self {
            Self::File(name, value) => Some((name, *value)),
            Self::Page(..) => None,
        }
    }
}

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
    let names = columns.iter().filter_map(Column::in_file);
    names.map(|(name, _)| name).collect()
}

pub fn values<R>(columns: &[Column<R>], cells: &FileCells<'_>, row: &R) -> Vec<Json> {
    let values = columns.iter().filter_map(Column::in_file);
    values.map(|(_, value)| value(cells, row)).collect()
}

pub fn headings<R>(columns: &[Column<R>]) -> Vec<&'static str> {
    let headings = columns.iter().filter_map(Column::on_page);
    headings.map(|(heading, _)| heading).collect()
}

pub fn cells<R>(console: &Console<'_>, columns: &[Column<R>], row: &R) -> Vec<Value> {
    let cells = columns.iter().filter_map(Column::on_page);
    cells.map(|(_, cell)| cell(console, row)).collect()
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
        ..console
            .table_of(key, &found.items, empty)
            .columns(columns)
            .table()
    }
}

/// A table of these rows, which is made column by column.
pub struct TableOf<'a, R> {
    console: &'a Console<'a>,
    rows: &'a [R],
    table: Table,
}

impl Console<'_> {
    /// Starts a table with the messages of its caption, and of a table without rows.
    pub fn table_of<'a, R>(&'a self, caption: &str, rows: &'a [R], empty: &str) -> TableOf<'a, R> {
        TableOf {
            console: self,
            rows,
            table: self.table(caption, &[], vec![Vec::new(); rows.len()], empty),
        }
    }
}

impl<R> TableOf<'_, R> {
    #[must_use]
    pub fn column(mut self, heading: &str, cell: impl Fn(&R) -> Value) -> Self {
        self.table.columns.push(self.console.t(heading));
        for (cells, row) in self.table.rows.iter_mut().zip(self.rows) {
            cells.push(cell(row));
        }
        self
    }

    /// Adds the column if it is shown.
    #[must_use]
    pub fn column_if(self, is_shown: bool, heading: &str, cell: impl Fn(&R) -> Value) -> Self {
        if is_shown {
            self.column(heading, cell)
        } else {
            self
        }
    }

    /// Adds the columns of the page.
    #[must_use]
    pub fn columns(self, columns: &[Column<R>]) -> Self {
        self.columns_but("", columns)
    }

    /// Adds the columns of the page without that of this heading.
    #[must_use]
    pub fn columns_but(self, heading: &str, columns: &[Column<R>]) -> Self {
        let console = self.console;
        let shown = columns.iter().filter_map(Column::on_page);
        let shown = shown.filter(|(own, _)| *own != heading);
        shown.fold(self, |table, (heading, cell)| {
            table.column(heading, |row| cell(console, row))
        })
    }

    pub fn table(self) -> Table {
        self.table
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

pub const ASCENDING: &str = "ascending";
pub const DESCENDING: &str = "descending";

/// Returns the table with the column that orders its rows, and the order.
pub fn sorted(console: &Console<'_>, (column, order): (&str, &'static str), table: Table) -> Table {
    Table {
        sorted: Some((console.t(column), order)),
        ..table
    }
}

/// Returns the table with links in the headings of the columns that can order it, each with the value of
/// the parameter. The present one is the order, which is ascending.
pub fn sortable(
    console: &Console<'_>,
    present: &str,
    columns: &[(&str, &str)],
    link: impl Fn(&str) -> String,
    table: Table,
) -> Table {
    let current = columns.iter().find(|(_, value)| *value == present);
    let sorted = current.map(|(column, _)| (console.t(column), ASCENDING));
    let links = columns.iter().filter(|(_, value)| *value != present);
    Table {
        sorted,
        orders: links
            .map(|(column, value)| Link::new(link(value), console.t(column)))
            .collect(),
        ..table
    }
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
