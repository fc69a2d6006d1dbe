//! Rows of a JSON file: an array of users, JSON lines, or an object with a list of users. The members of
//! a user are the cells.

use super::super::json::{self, JsonFile, Members};
use super::super::text::Encoding;
use super::super::{ReadError, Result};
use crate::prelude::*;

#[derive(Debug)]
pub struct JsonRows {
    path: PathBuf,
    encoding: Option<&'static Encoding>,
    /// Member that has the users, if the file is one object.
    list: Option<&'static str>,
    /// Paths of members inside objects; other objects are one cell.
    wanted: BTreeSet<String>,
    header: Vec<String>,
}

/// Sends the elements of one member.
struct Listed<'a> {
    each: &'a mut dyn FnMut(Value) -> Result<()>,
}

impl Members for Listed<'_> {
    fn wants(&self, _name: &str) -> bool {
        false
    }

    fn member(&mut self, _name: &str, _value: Value) {}

    fn element(&mut self, element: Value) -> Result<()> {
        (self.each)(element)
    }
}

impl JsonRows {
    /// Opens a file, and finds the names of all members.
    pub fn open(
        path: &Path,
        encoding: Option<&'static Encoding>,
        list: Option<&'static str>,
        wanted: BTreeSet<String>,
    ) -> Result<Self> {
        let mut rows = Self {
            path: path.to_owned(),
            encoding,
            list,
            wanted,
            header: Vec::new(),
        };
        let (mut header, mut seen) = (Vec::new(), HashSet::new());
        rows.each_user(&mut |cells, _| {
            for (name, _) in cells {
                if seen.insert(name.clone()) {
                    header.push(name);
                }
            }
            Ok(())
        })?;
        rows.header = header;
        Ok(rows)
    }

    fn each_user(
        &self,
        each: &mut dyn FnMut(Vec<(String, String)>, u64) -> Result<()>,
    ) -> Result<()> {
        let file = JsonFile {
            path: &self.path,
            encoding: self.encoding,
        };
        let mut number = 0;
        let mut element = |value: Value| {
            number += 1;
            let Value::Object(user) = value else {
                return Err(ReadError::Unusable(format!(
                    "{}: user {number} is not an object",
                    self.path.display()
                )));
            };
            let mut cells = Vec::new();
            self.flatten("", &user, &mut cells);
            each(cells, number)
        };
        match self.list {
            Some(list) if json::first_byte(file)? == Some(b'{') => {
                json::objects(file, list, &mut Listed { each: &mut element })
            }
            _ => json::each_element(file, &mut element),
        }
    }

    fn flatten(
        &self,
        prefix: &str,
        object: &Map<String, Value>,
        cells: &mut Vec<(String, String)>,
    ) {
        let is_opened = |path: &str| {
            let mut wanted = self.wanted.iter();
            wanted.any(|one| {
                one.strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('.'))
            })
        };
        for (name, value) in object {
            let path = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            match value {
                Value::Object(inner) if is_opened(&path) => self.flatten(&path, inner, cells),
                value => match attributes(value) {
                    Some(attributes) => cells.extend(attributes),
                    None => cells.push((path, text(value))),
                },
            }
        }
    }

    /// Calls `each` with the names of the members, and then with every user and its number, until it
    /// returns false for the names.
    pub fn each_record(
        &self,
        each: &mut dyn FnMut(&csv::StringRecord, u64) -> Result<bool>,
    ) -> Result<()> {
        if !each(&self.header.iter().collect(), 0)? {
            return Ok(());
        }
        self.each_user(&mut |cells, number| {
            let cells: HashMap<String, String> = cells.into_iter().rev().collect();
            let cell = |name: &String| cells.get(name).map_or("", String::as_str);
            each(&self.header.iter().map(cell).collect(), number).map(drop)
        })
    }
}

/// Returns the attributes of a list of `{"Name": …, "Value": …}`, as Cognito has it.
fn attributes(value: &Value) -> Option<Vec<(String, String)>> {
    let list = value.as_array().filter(|list| !list.is_empty())?;
    let pairs = list.iter().map(|one| {
        let name = one.get("Name")?.as_str()?;
        Some((name.to_owned(), text(one.get("Value")?)))
    });
    pairs.collect()
}

/// Returns the text of a cell: that of a value, or of a list joined by `;`, or else JSON.
fn text(value: &Value) -> String {
    let is_plain = |one: &Value| !one.is_array() && !one.is_object();
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(is_plain) => {
            let texts: Vec<_> = list.iter().map(text).collect();
            texts.join(";")
        }
        Value::Object(object) if object.is_empty() => String::new(),
        other => other.to_string(),
    }
}
