//! The attributes of a response (RFC 7644 §3.9).

use serde_json::{Map, Value};

use crate::error::{ScimError, ScimType};
use crate::filter::{AttributePath, is_same_name, parse_attribute};
use crate::schema::Resource;

/// Maximum number of names in a list.
const MAX_NAMES: usize = 100;

/// The attributes that a client wants, or does not want.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Selection {
    only: Option<Vec<AttributePath>>,
    except: Vec<AttributePath>,
}

impl Selection {
    /// Reads `attributes` and `excludedAttributes`, of which a request may have one.
    ///
    /// # Errors
    /// Returns `invalidValue` for both, and for names that are none.
    pub fn parse(only: Option<&str>, except: Option<&str>) -> Result<Self, ScimError> {
        let only = only.filter(|names| !names.is_empty());
        let except = except.filter(|names| !names.is_empty());
        if only.is_some() && except.is_some() {
            let problem = "attributes and excludedAttributes exclude each other";
            return Err(ScimError::value(problem));
        }
        Ok(Self {
            only: only.map(names).transpose()?,
            except: except.map(names).transpose()?.unwrap_or_default(),
        })
    }

    /// Returns true if the response has the attribute, or a part of it.
    pub fn has(&self, name: &str) -> bool {
        let is_named = |path: &AttributePath| is_same_name(&path.name, name);
        if let Some(only) = &self.only {
            return only.iter().any(is_named);
        }
        let mut except = self.except.iter().filter(|path| path.sub.is_none());
        !except.any(is_named)
    }

    /// Returns true if the client has named the attribute.
    pub fn names(&self, name: &str) -> bool {
        let mut only = self.only.iter().flatten();
        only.any(|path| is_same_name(&path.name, name))
    }

    /// Returns the resource with the chosen attributes; `id`, `schemas` and `meta` stay.
    pub fn apply(&self, kind: &Resource, resource: Map<String, Value>) -> Map<String, Value> {
        if self.only.is_none() && self.except.is_empty() {
            return resource;
        }
        let mut left = Map::new();
        for (name, value) in resource {
            if matches!(name.as_str(), "id" | "schemas") {
                left.insert(name, value);
            } else if let Some(schema) = kind.extension(&name) {
                let Value::Object(parts) = value else {
                    continue;
                };
                let parts = self.apply_in(Some(schema.id), parts);
                if !parts.is_empty() {
                    left.insert(name, parts.into());
                }
            } else {
                left.extend(self.apply_in(None, Map::from_iter([(name, value)])));
            }
        }
        left
    }

    fn apply_in(&self, schema: Option<&str>, attributes: Map<String, Value>) -> Map<String, Value> {
        let of = |path: &AttributePath, name: &str| {
            let is_core = |id: &str| !id.to_ascii_lowercase().contains(":extension:");
            let is_in = match (schema, path.schema.as_deref()) {
                (Some(schema), Some(named)) => is_same_name(schema, named),
                (None, Some(named)) => is_core(named),
                (None, None) => true,
                (Some(_), None) => false,
            };
            // The name of a whole extension ends like an attribute: `…:2.0:User`.
            let is_whole = schema.is_some_and(|schema| is_same_name(schema, &path.to_string()));
            is_whole || (is_in && is_same_name(&path.name, name))
        };
        let mut left = Map::new();
        for (name, value) in attributes {
            if let Some(only) = &self.only {
                let named: Vec<_> = only.iter().filter(|path| of(path, &name)).collect();
                if named.is_empty() {
                    continue;
                }
                let parts: Option<Vec<&str>> =
                    named.iter().map(|path| path.sub.as_deref()).collect();
                let value = match parts {
                    Some(parts) => keep(value, |part| {
                        parts.iter().any(|named| is_same_name(named, part))
                    }),
                    None => value,
                };
                left.insert(name, value);
                continue;
            }
            let mut named = self.except.iter().filter(|path| of(path, &name)).peekable();
            if named.peek().is_none() {
                left.insert(name, value);
                continue;
            }
            let parts: Option<Vec<&str>> = named.map(|path| path.sub.as_deref()).collect();
            if let Some(parts) = parts {
                let value = keep(value, |part| {
                    !parts.iter().any(|named| is_same_name(named, part))
                });
                left.insert(name, value);
            }
        }
        left
    }
}

fn keep(value: Value, is_kept: impl Fn(&str) -> bool + Copy) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(|one| keep(one, is_kept)).collect(),
        Value::Object(parts) => {
            let parts = parts.into_iter().filter(|(name, _)| is_kept(name));
            parts.collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn names(list: &str) -> Result<Vec<AttributePath>, ScimError> {
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    if names.len() > MAX_NAMES {
        let problem = format!("there are more than {MAX_NAMES} names of attributes");
        return Err(ScimError::value(problem));
    }
    let read = names
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| {
            parse_attribute(name).map_err(|error| ScimError {
                kind: Some(ScimType::InvalidValue),
                ..error
            })
        });
    read.collect()
}

#[cfg(test)]
mod tests;
