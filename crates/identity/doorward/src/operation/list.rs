//! Lists of operations: as a table, JSON or CSV.

use std::slice;

use clap::{Arg, ArgAction};
use doorward_admin::operation::Entry;

use super::run;
use crate::command::prelude::*;
use crate::output::ListOutput;

pub(super) const CSV: &str = "csv";

pub(super) fn csv() -> Arg {
    let arg = Arg::new(CSV).long(CSV).action(ArgAction::SetTrue);
    arg.conflicts_with("json")
        .help("Print CSV: the columns of the table, then the other members")
}

/// Prints the pages of a list up to this number of objects: each when it is read, unless the command
/// sorts the list.
pub(super) async fn print(
    entry: &Entry,
    body: Value,
    mut context: AdminContext<'_>,
    limit: Option<u64>,
    (out, is_csv): (Output, bool),
) -> Result {
    let names: Vec<&str> = entry.table.split_whitespace().collect();
    let header = header(&names);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let columns = if is_csv {
        columns(entry, &names)
    } else {
        Vec::new()
    };
    let mut list = ListOutput::new(&header, out.json);
    let mut is_read = true;
    if is_csv {
        is_read = list.text(&output::spreadsheet(slice::from_ref(&columns))?)?;
    }
    let mut items = Vec::new();
    let mut left = limit.unwrap_or(u64::MAX);
    while is_read {
        if entry.sort.is_empty() {
            context.page.limit = context.page.limit.min(left);
        }
        let outcome = run(entry, &body, &context).await?;
        if let Value::Array(page) = outcome.document {
            left = left.saturating_sub(page.len() as u64);
            items.extend(page);
        }
        context.page.after = outcome.next;
        let is_sorted = !entry.sort.is_empty();
        let is_last = context.page.after.is_none() || (left == 0 && !is_sorted);
        if is_last || !is_sorted {
            sort(entry, &mut items);
            if let Some(limit) = limit.filter(|_| is_sorted) {
                items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            }
            is_read = if out.json {
                list.documents(&items)?
            } else if is_csv {
                let cells = items.iter().map(|item| output::cells(item, &columns));
                list.text(&output::spreadsheet(&cells.collect::<Vec<_>>())?)?
            } else {
                list.rows(&rows(items.iter(), &names))?
            };
            items.clear();
        }
        is_read = is_read && !is_last;
    }
    list.end()
}

/// Prints the items in the lists of an object.
pub(super) fn print_items(entry: &Entry, document: &Value) -> Result {
    let names: Vec<&str> = entry.table.split_whitespace().collect();
    let rows = rows(items(document), &names);
    if rows.is_empty() {
        return Ok(());
    }
    let header = header(&names);
    output::table(
        &header.iter().map(String::as_str).collect::<Vec<_>>(),
        &rows,
    )
}

fn items(document: &Value) -> Vec<&Value> {
    let members = document.as_object().into_iter().flatten();
    let inner = members.flat_map(|(_, value)| match value {
        Value::Array(items) => items.iter().filter(|item| item.is_object()).collect(),
        other => items(other),
    });
    inner.collect()
}

fn header(names: &[&str]) -> Vec<String> {
    let names = names.iter();
    names
        .map(|name| name.replace('_', " ").to_uppercase())
        .collect()
}

fn rows<'v>(items: impl IntoIterator<Item = &'v Value>, names: &[&str]) -> Vec<Vec<String>> {
    let row = |item: &Value| {
        let names = names.iter();
        names.map(|name| output::member(&item[*name])).collect()
    };
    items.into_iter().map(row).collect()
}

fn sort(entry: &Entry, items: &mut [Value]) {
    let key = |item: &Value| -> Vec<String> {
        let names = entry.sort.split_whitespace();
        names
            .map(|name| item[name].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    items.sort_by_cached_key(key);
}

/// Returns the members of an item: those of the table, then the others.
fn columns(entry: &Entry, table: &[&str]) -> Vec<String> {
    let schema = entry.result.map(|result| json!(result().schema));
    let members = schema
        .as_ref()
        .and_then(|schema| schema["properties"].as_object());
    let members = members.into_iter().flatten().map(|(name, _)| name.as_str());
    let others = members.filter(|name| !table.contains(name));
    table
        .iter()
        .copied()
        .chain(others)
        .map(str::to_owned)
        .collect()
}
