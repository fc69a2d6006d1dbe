//! Documents as TOML. A new file has one form; in a present one only members change that differ, and comments stay.

use std::collections::BTreeSet;

use doorward_admin::kinds::{Document, Kind};
use doorward_admin::prelude::*;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

use super::folder::{FileError, SourceFile};

/// Longest list on one line.
const LINE: usize = 72;

/// Returns the text of a new file: the members that name the object first, then the others by name.
pub fn canonical(kind: &Kind, document: &Document) -> String {
    let mut text = DocumentMut::new();
    let key = kind
        .key
        .iter()
        .copied()
        .filter(|name| document.contains_key(*name));
    let others = document.keys().map(String::as_str);
    let others = others.filter(|name| !kind.key.contains(name));
    for name in key.chain(others) {
        if let Some(item) = document.get(name).and_then(item) {
            text.insert(name, item);
        }
    }
    text.to_string()
}

/// Returns the text of a present file with the members of a document in place of those that differ from the
/// former one.
pub fn updated(
    file: &SourceFile,
    former: &Document,
    document: &Document,
) -> Result<String, FileError> {
    let mut text: DocumentMut = file
        .text
        .parse()
        .map_err(|error: toml_edit::TomlError| FileError::new(&file.path, &error))?;
    let names: BTreeSet<&String> = former.keys().chain(document.keys()).collect();
    for name in names {
        if former.get(name) == document.get(name) {
            continue;
        }
        match document.get(name).and_then(item) {
            Some(new) => replace(&mut text, name, new),
            None => drop(text.remove(name)),
        }
    }
    Ok(text.to_string())
}

/// Sets a member. Comments above and behind a present one stay, and a present table stays where it is.
fn replace(table: &mut Table, name: &str, new: Item) {
    match (table.get_mut(name), new) {
        (Some(Item::Table(present)), Item::Table(new)) => {
            present.retain(|name, _| new.contains_key(name));
            for (name, item) in new {
                replace(present, &name, item);
            }
        }
        (Some(Item::Value(present)), Item::Value(mut new)) => {
            *new.decor_mut() = present.decor().clone();
            *present = new;
        }
        (Some(place), new) => *place = new,
        (None, new) => drop(table.insert(name, new)),
    }
}

/// Returns the item of a member; `None` for null.
fn item(json: &Value) -> Option<Item> {
    let Value::Object(members) = json else {
        return Some(value(inline(json)?));
    };
    let mut table = Table::new();
    for (name, member) in members {
        if let Some(member) = inline(member) {
            table.insert(name, value(member));
        }
    }
    Some(Item::Table(table))
}

fn inline(json: &Value) -> Option<toml_edit::Value> {
    Some(match json {
        Value::Null => return None,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64()?.into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => list(items).into(),
        Value::Object(members) => {
            let mut table = InlineTable::new();
            for (name, member) in members {
                if let Some(member) = inline(member) {
                    table.insert(name, member);
                }
            }
            table.into()
        }
    })
}

/// Returns a list, with an item on each line if it is long.
fn list(items: &[Value]) -> Array {
    let mut list: Array = items.iter().filter_map(inline).collect();
    if list.len() > 1 && list.to_string().len() > LINE {
        for item in list.iter_mut() {
            item.decor_mut().set_prefix("\n    ");
        }
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    }
    list
}

/// Returns a name for a file that none of these has, whatever their case.
pub fn file_name(key: &str, taken: &BTreeSet<String>) -> String {
    let mut name = String::new();
    for letter in key.chars() {
        let is_plain = letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if is_plain && !(name.is_empty() && letter == '.') {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = if name.is_empty() { "object" } else { &name };
    let names = (1..).map(|number| match number {
        1 => format!("{name}.toml"),
        number => format!("{name}-{number}.toml"),
    });
    let mut free = names.filter(|name| !taken.contains(&name.to_lowercase()));
    free.next().unwrap_or_default()
}
