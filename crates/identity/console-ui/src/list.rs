//! A list of objects on its page and in its files, over one table of columns.

use doorward_admin::found::FoundPage;
use doorward_admin::operator::AdminContext;
use doorward_domain::time::UnixSeconds;
use doorward_store::repo::Count;
use doorward_templates::Layout;
use doorward_templates::console::{Link, Search, Table, Value};
use serde_json::{Value as Json, json};

use crate::console::Console;
use crate::cursor::Cursor;
use crate::routes::filtered;

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

/// Name of the parameter with the order of a list.
pub const SORT: &str = "sort";
/// Name of the parameter with the columns that were asked for.
pub const COLUMNS: &str = "columns";

/// A column that can order a list: the message of its heading, the value of the parameter, and the order.
pub type Sorting = (&'static str, &'static str, &'static str);

/// Returns the table with links in the headings of the columns that can order it. The first one is the
/// default, which has an empty value. A search by text has its own order.
pub fn sortable(
    console: &Console<'_>,
    cursor: &Cursor,
    path: &str,
    columns: &[Sorting],
    table: Table,
) -> Table {
    if !cursor.filter("q").is_empty() {
        return table;
    }
    let present = cursor.filter(SORT);
    let current = columns.iter().find(|(_, value, _)| *value == present);
    let others = columns.iter().filter(|(_, value, _)| *value != present);
    let link = |(column, value, _): &Sorting| {
        let rest = cursor.filters().filter(|(name, _)| *name != SORT);
        let sort = Some((SORT, *value)).filter(|(_, value)| !value.is_empty());
        Link::new(filtered(path, rest.chain(sort)), console.t(column))
    };
    Table {
        sorted: current.map(|(column, _, order)| (console.t(column), *order)),
        orders: others.map(link).collect(),
        ..table
    }
}

/// Returns the hidden fields that keep order and columns of a list when it is searched.
pub fn kept(cursor: &Cursor) -> Vec<(&'static str, String)> {
    let values = [SORT, COLUMNS].map(|name| (name, cursor.filter(name).to_owned()));
    let given = values.into_iter().filter(|(_, value)| !value.is_empty());
    given.collect()
}

/// Returns true if this column was asked for.
pub fn has_column(cursor: &Cursor, name: &str) -> bool {
    cursor
        .filter(COLUMNS)
        .split(' ')
        .any(|column| column == name)
}

/// Returns the link that shows or hides a column, which has this name and heading.
pub fn column_link(
    console: &Console<'_>,
    cursor: &Cursor,
    path: &str,
    [name, heading]: [&str; 2],
) -> Link {
    let is_shown = has_column(cursor, name);
    let columns = cursor.filter(COLUMNS).split(' ');
    let others = columns.filter(|column| !column.is_empty() && *column != name);
    let columns: Vec<&str> = others.chain((!is_shown).then_some(name)).collect();
    let columns = columns.join(" ");
    let rest = cursor.filters().filter(|(name, _)| *name != COLUMNS);
    let columns = Some((COLUMNS, columns.as_str())).filter(|(_, all)| !all.is_empty());
    let key = if is_shown {
        "console-column-hide"
    } else {
        "console-column-show"
    };
    let text = console.layout.t_with(key, "name", console.t(heading));
    Link::new(filtered(path, rest.chain(columns)), text)
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
