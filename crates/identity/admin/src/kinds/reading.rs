//! Reads of all objects of a kind, and of documents from files.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::kind::{Document, KEEP, Kind, Object, SECRET, Write};
use crate::operation::{Entry, PageRequest, find, put};
use crate::prelude::*;

/// Number of objects on a page of a list. The store reads at most 1,000 rows, one more than a page.
const PAGE: u64 = 500;
/// All objects are read if more than one of so many begins a part of the list to read.
const FEW: usize = 10;

/// The members of the documents of a kind, read once for all of them.
#[derive(Clone, Debug)]
pub struct Shape {
    members: BTreeSet<&'static str>,
    /// Members that an object can be without.
    optional: BTreeSet<String>,
    /// Members whose own members the schema lists: `consent`.
    objects: BTreeSet<String>,
}

impl Shape {
    /// Returns the members that an object can be without, and no member of these.
    pub(super) fn optional_members(&self) -> impl Iterator<Item = &str> {
        let names = self.optional.iter().map(String::as_str);
        names.filter(|name| !name.contains('.'))
    }

    /// Adds the former values of members that a document leaves out, and that an object always has.
    fn keep(&self, document: &mut Document, before: &Document, path: &str) {
        for (name, value) in before {
            let full = format!("{path}{name}");
            if self.optional.contains(&full) {
                continue;
            }
            match (value, self.objects.contains(&full)) {
                (Value::Object(former), true) => {
                    let mut inner = match document.remove(name) {
                        None => Document::new(),
                        Some(Value::Object(inner)) => inner,
                        Some(other) => {
                            document.insert(name.clone(), other);
                            continue;
                        }
                    };
                    self.keep(&mut inner, former, &format!("{full}."));
                    if !inner.is_empty() {
                        document.insert(name.clone(), inner.into());
                    }
                }
                _ if !document.contains_key(name) => {
                    document.insert(name.clone(), value.clone());
                }
                _ => {}
            }
        }
    }

    /// Adds what a schema says about its members.
    fn add_members(&mut self, schema: &Value, path: &str) {
        let required = schema["required"].as_array().into_iter().flatten();
        let required: BTreeSet<&str> = required.filter_map(Value::as_str).collect();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let full = format!("{path}{name}");
            self.add_members(member, &format!("{full}."));
            if member["properties"].is_object() {
                self.objects.insert(full.clone());
            }
            if !required.contains(name.as_str()) {
                self.optional.insert(full);
            }
        }
    }

    fn unknown_member(&self, document: &Document) -> Option<String> {
        let is_known = |name: &str| {
            self.members.iter().any(|member| {
                let below = name.strip_prefix(member);
                below.is_some_and(|below| below.is_empty() || below.starts_with('.'))
            })
        };
        // An object without members, such as an empty table of a file, is one without a value.
        let is_empty = |name: &str, value: &Value| {
            let start = format!("{name}.");
            value.is_object() && self.members.iter().any(|it| it.starts_with(&start))
        };
        flat(document)
            .find(|(name, value)| !is_known(name) && !is_empty(name, value))
            .map(|(name, _)| name)
    }
}

impl Kind {
    /// Returns the shape of the documents.
    pub fn shape(&self) -> Shape {
        let mut shape = Shape {
            members: self.members(),
            optional: self
                .parts
                .iter()
                .map(|part| part.member.to_owned())
                .collect(),
            objects: BTreeSet::new(),
        };
        if let Some(result) = self.list.and_then(|list| list.result) {
            let schema = serde_json::to_value(result().schema).unwrap_or_default();
            shape.add_members(&schema, "");
            let optional = &mut shape.optional;
            optional.retain(|name| !self.defaults.contains(&name.as_str()));
        }
        shape
    }

    /// Reads all objects in the order of their keys. Only administrators of the whole deployment can.
    #[boxed(?Send)]
    pub async fn objects(&self, context: &AdminContext<'_>) -> Result<Vec<Object>> {
        context.require_global(self.permission)?;
        let listed = match self.list {
            Some(list) => pages(context, list).await?,
            None => Vec::new(),
        };
        self.objects_of(context, listed).await
    }

    /// Reads the objects of the changed keys; `None` if not all are found without reading the whole list. `known`
    /// are the keys of all objects, with the changed ones.
    #[boxed(?Send)]
    pub async fn objects_among(
        &self,
        context: &AdminContext<'_>,
        changed: &BTreeSet<&str>,
        known: &BTreeSet<&str>,
    ) -> Result<Option<Vec<Object>>> {
        context.require_global(self.permission)?;
        let runs = runs(changed, known);
        let (Some(list), true) = (
            self.list.filter(|_| self.separate),
            runs.len() <= known.len() / FEW,
        ) else {
            return Ok(None);
        };
        let mut listed = Vec::new();
        for (after, limit) in runs {
            let mut context = context.clone();
            context.page = PageRequest {
                after: after.map(str::to_owned),
                limit,
            };
            listed.extend(page(&context, list).await?.0);
        }
        let mut objects = self.objects_of(context, listed).await?;
        objects.retain(|object| changed.contains(&*self.key_of(&object.document)));
        // Others may be between them in the list.
        Ok((objects.len() == changed.len()).then_some(objects))
    }

    async fn objects_of(
        &self,
        context: &AdminContext<'_>,
        listed: Vec<Document>,
    ) -> Result<Vec<Object>> {
        let mut objects = match self.read {
            Some(read) => read(context, listed).await?,
            None => listed
                .into_iter()
                .map(|document| self.object(document))
                .collect(),
        };
        let shape = self.shape();
        for object in &mut objects {
            let document = chosen(std::mem::take(&mut object.document), &shape.members);
            object.document = self.normal(&shape, document);
        }
        objects.sort_by_cached_key(|object| self.key_of(&object.document));
        Ok(objects)
    }

    fn object(&self, document: Document) -> Object {
        Object {
            subject: self.key_of(&document),
            document,
        }
    }

    /// Checks a document of a file, and gives it the form in which two documents can be compared. A member
    /// that it leaves out has no value if an object can be without it, and otherwise that of the object.
    #[boxed(?Send)]
    pub async fn completed(
        &self,
        context: &AdminContext<'_>,
        shape: &Shape,
        document: Document,
        before: Option<&Document>,
    ) -> Result<Document> {
        if let Some(unknown) = shape.unknown_member(&document) {
            let problem = format!("{} has no member {unknown}", self.noun);
            return Err(AdminError::invalid("objects", problem));
        }
        let mut document = match self.complete {
            Some(complete) => complete(context, document).await?,
            None => document,
        };
        for picture in self.pictures {
            picture.complete(context, &mut document, before).await?;
        }
        let mut document = self.normal(shape, document);
        match (&self.write, before) {
            (_, None) => {}
            (Write::Whole { .. }, Some(before)) => {
                if let (Some(secret), None) = (before.get(SECRET), document.get(SECRET)) {
                    document.insert(SECRET.to_owned(), secret.clone());
                }
            }
            (Write::Members { .. } | Write::Parts, Some(before)) => {
                shape.keep(&mut document, before, "");
            }
        }
        let has_secret = before.is_some_and(|before| before.contains_key(SECRET));
        if document.get(SECRET).is_some_and(|secret| secret == KEEP) && !has_secret {
            let problem = "no secret is stored that could be kept: name its source";
            return Err(AdminError::invalid(SECRET, problem));
        }
        Ok(document)
    }

    /// Returns a document without empty members and with sets in their order.
    fn normal(&self, shape: &Shape, mut document: Document) -> Document {
        for name in self.sets {
            let sorted = match find(&document, name) {
                Some(Value::Array(items)) => sorted_list(items),
                Some(Value::String(words)) => {
                    let words: BTreeSet<&str> = words.split_whitespace().collect();
                    words.into_iter().collect::<Vec<_>>().join(" ").into()
                }
                _ => continue,
            };
            put(&mut document, name, sorted);
        }
        remove_empty(&mut document, "", &shape.optional);
        document
    }
}

fn sorted_list(items: &[Value]) -> Value {
    let texts: BTreeSet<&str> = items.iter().filter_map(Value::as_str).collect();
    let mut others = items.iter().filter(|item| !item.is_string()).peekable();
    if others.peek().is_some() {
        return items.to_vec().into();
    }
    texts.into_iter().collect()
}

/// Removes nulls, and optional members that are empty.
fn remove_empty(document: &mut Document, path: &str, optional: &BTreeSet<String>) {
    document.retain(|name, value| {
        let full = match path {
            "" => Cow::Borrowed(name.as_str()),
            path => Cow::Owned(format!("{path}{name}")),
        };
        if let Value::Object(inner) = value {
            remove_empty(inner, &format!("{full}."), optional);
        }
        match value {
            Value::Null => false,
            Value::String(text) if text.is_empty() => !optional.contains(&*full),
            Value::Array(items) if items.is_empty() => !optional.contains(&*full),
            Value::Object(inner) => !inner.is_empty(),
            _ => true,
        }
    });
}

/// Returns the members of a document with their paths: `consent.publisher`.
pub(super) fn flat(document: &Document) -> impl Iterator<Item = (String, &Value)> {
    document.iter().flat_map(|(name, value)| {
        let inner = value.as_object().filter(|inner| !inner.is_empty());
        let members: Vec<_> = match inner {
            Some(inner) => flat(inner)
                .map(|(rest, value)| (format!("{name}.{rest}"), value))
                .collect(),
            None => vec![(name.clone(), value)],
        };
        members
    })
}

/// Returns the members of these names that have a value.
fn chosen(mut document: Document, members: &BTreeSet<&'static str>) -> Document {
    let mut chosen = Document::new();
    for name in members {
        if let Some(value) = take(&mut document, name).filter(|value| !value.is_null()) {
            put(&mut chosen, name, value);
        }
    }
    chosen
}

/// Removes the value at a path of names.
fn take(document: &mut Document, path: &str) -> Option<Value> {
    match path.split_once('.') {
        Some((name, rest)) => take(document.get_mut(name)?.as_object_mut()?, rest),
        None => document.swap_remove(path),
    }
}

/// Returns the parts of a list that have the changed keys: each begins after a key, and has a number of objects.
fn runs<'a>(changed: &BTreeSet<&str>, known: &BTreeSet<&'a str>) -> Vec<(Option<&'a str>, u64)> {
    let mut runs: Vec<(Option<&str>, u64)> = Vec::new();
    let (mut before, mut is_open) = (None, false);
    for key in known {
        let is_changed = changed.contains(key);
        match runs.last_mut().filter(|_| is_open) {
            Some((_, length)) if is_changed && *length < PAGE => *length += 1,
            _ if is_changed => runs.push((before, 1)),
            _ => {}
        }
        (before, is_open) = (Some(*key), is_changed);
    }
    runs
}

/// Runs a list until its last page.
async fn pages(context: &AdminContext<'_>, list: &'static Entry) -> Result<Vec<Document>> {
    let mut context = context.clone();
    context.page = PageRequest {
        after: None,
        limit: PAGE,
    };
    let mut all = Vec::new();
    loop {
        let (items, next) = page(&context, list).await?;
        all.extend(items);
        match next {
            Some(next) => context.page.after = Some(next),
            None => return Ok(all),
        }
    }
}

/// Runs a list for one page, and returns the cursor of the next one.
async fn page(
    context: &AdminContext<'_>,
    list: &'static Entry,
) -> Result<(Vec<Document>, Option<String>)> {
    let page = (list.run)(json!({}), context).await?;
    let Value::Array(items) = page.document else {
        return Ok((Vec::new(), None));
    };
    let items = items.into_iter().filter_map(|item| match item {
        Value::Object(item) => Some(item),
        _ => None,
    });
    Ok((items.collect(), page.next))
}
