//! The reading of attributes as clients write them: names in any case, booleans as texts, one value in place of
//! several, attributes that have no place here.

use serde_json::{Map, Value};

use super::{Attribute, Kind, Resource, attribute};
use crate::error::ScimError;
use crate::filter::is_same_name;

/// Maximum number of values of an attribute.
const MAX_VALUES: usize = 5_000;

impl Resource {
    /// Reads a resource as a client sends it. Attributes that are unknown or read-only are left out; one without a value
    /// is null.
    ///
    /// # Errors
    /// Returns `invalidValue` for a value of another type.
    pub fn read(&self, sent: &Map<String, Value>) -> Result<Map<String, Value>, ScimError> {
        let mut read = Map::new();
        for (name, value) in sent {
            if let Some(schema) = self.extension(name) {
                let parts = match value {
                    Value::Object(parts) => read_parts(&schema.attributes, parts)?,
                    Value::Null => Map::new(),
                    _ => return Err(wrong(name, "an object")),
                };
                let into = read.entry(schema.id).or_insert_with(|| Map::new().into());
                if let Value::Object(into) = into {
                    into.extend(parts);
                }
            } else if let Some(attribute) = attribute(&self.core.attributes, name)
                && !attribute.is_read_only
            {
                read.insert(attribute.name.to_string(), attribute.read(value)?);
            }
        }
        Ok(read)
    }
}

fn wrong(name: &str, expected: &str) -> ScimError {
    ScimError::value(format!("{name} must be {expected}"))
}

fn read_parts(
    parts: &[Attribute],
    sent: &Map<String, Value>,
) -> Result<Map<String, Value>, ScimError> {
    let mut read = Map::new();
    for (name, value) in sent {
        if let Some(part) = attribute(parts, name)
            && !part.is_read_only
        {
            read.insert(part.name.to_string(), part.read(value)?);
        }
    }
    Ok(read)
}

impl Attribute {
    /// Returns true if a value is that of a part named `value`, which is the value of the whole.
    fn has_value(&self) -> bool {
        attribute(&self.parts, "value").is_some()
    }

    /// Reads the values of this attribute; null for none.
    ///
    /// # Errors
    /// Returns `invalidValue` for a value of another type.
    pub fn read(&self, sent: &Value) -> Result<Value, ScimError> {
        if !self.is_multiple {
            return match sent {
                // One of several, of which this server has one.
                Value::Array(all) if all.len() == 1 => self.read_one(&all[0]),
                other => self.read_one(other),
            };
        }
        let all = match sent {
            Value::Array(all) => all.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        };
        if all.len() > MAX_VALUES {
            return Err(wrong(
                &self.name,
                &format!("a list of at most {MAX_VALUES} values"),
            ));
        }
        let mut read = Vec::new();
        for one in all {
            match self.read_one(one)? {
                Value::Null => {}
                Value::Object(parts) if parts.values().all(Value::is_null) => {}
                value => read.push(value),
            }
        }
        Ok(read.into())
    }

    /// Reads one value.
    ///
    /// # Errors
    /// Returns `invalidValue` for a value of another type.
    pub(crate) fn read_one(&self, sent: &Value) -> Result<Value, ScimError> {
        Ok(match (self.kind, sent) {
            (_, Value::Null) => Value::Null,
            (Kind::Complex, Value::Object(parts)) => read_parts(&self.parts, parts)?.into(),
            (Kind::Complex, Value::String(text)) if self.has_value() => {
                if text.is_empty() {
                    return Ok(Value::Null);
                }
                Map::from_iter([("value".to_owned(), text.as_str().into())]).into()
            }
            (Kind::Complex, _) => return Err(wrong(&self.name, "an object")),
            (Kind::Boolean, Value::Bool(flag)) => (*flag).into(),
            (Kind::Boolean, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "" => Value::Null,
                _ => return Err(wrong(&self.name, "true or false")),
            },
            (Kind::Boolean, _) => return Err(wrong(&self.name, "true or false")),
            (Kind::Number, Value::Number(number)) => Value::Number(number.clone()),
            (Kind::Number, Value::String(text)) => match serde_json::from_str(text) {
                Ok(number @ Value::Number(_)) => number,
                _ => return Err(wrong(&self.name, "a number")),
            },
            (Kind::Number, _) => return Err(wrong(&self.name, "a number")),
            (Kind::Text | Kind::Time | Kind::Reference, Value::String(text)) => {
                self.read_text(text)?
            }
            (Kind::Text | Kind::Time | Kind::Reference, Value::Number(number)) => {
                number.to_string().into()
            }
            (Kind::Text | Kind::Time | Kind::Reference, _) => {
                return Err(wrong(&self.name, "a text"));
            }
        })
    }

    fn read_text(&self, text: &str) -> Result<Value, ScimError> {
        if text.contains('\0') {
            return Err(wrong(&self.name, "a text without U+0000"));
        }
        if self.choices.is_empty() || text.is_empty() {
            return Ok(text.into());
        }
        let choice = self
            .choices
            .iter()
            .find(|choice| is_same_name(choice, text));
        let problem = || wrong(&self.name, &format!("one of {}", self.choices.join(", ")));
        choice
            .map(|choice| choice.as_str().into())
            .ok_or_else(problem)
    }
}
