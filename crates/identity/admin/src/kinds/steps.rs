//! The operations that change an object from one document to another.

use std::collections::BTreeMap;

use super::kind::{Document, KEEP, Kind, SECRET, Step, Write};
use super::reading::flat;
use crate::operation::{Entry, Member, MemberKind, find, put};
use crate::prelude::*;

/// Values of a new object that its creation cannot set.
const INITIAL: [(&str, bool); 2] = [("active", true), ("disabled", false)];

/// Returns the members that differ, with both values; null for an absent one.
pub fn member_changes(
    before: Option<&Document>,
    after: Option<&Document>,
) -> BTreeMap<String, (Value, Value)> {
    let mut changes = BTreeMap::<String, (Value, Value)>::new();
    for (name, value) in before.into_iter().flat_map(flat) {
        changes.entry(name).or_default().0 = value.clone();
    }
    for (name, value) in after.into_iter().flat_map(flat) {
        changes.entry(name).or_default().1 = value.clone();
    }
    changes.retain(|_, (before, after)| before != after);
    changes
}

impl Kind {
    /// Returns the operations that create, change or delete an object.
    pub fn steps(&self, before: Option<&Document>, after: Option<&Document>) -> Vec<Step> {
        let mut steps = match (&self.write, before, after) {
            (_, None, None) | (Write::Parts, ..) => Vec::new(),
            (Write::Members { create, update, .. }, None, Some(after)) => {
                let body = self.body(create, after);
                let mut rest = self.key_body(after, false);
                let is_set = self.fill_rest(&mut rest, create, update, after);
                let rest = is_set.then_some(Step {
                    entry: update,
                    body: rest,
                });
                [Step {
                    entry: create,
                    body,
                }]
                .into_iter()
                .chain(rest)
                .collect()
            }
            (Write::Members { update, .. }, Some(before), Some(after)) => {
                self.change(update, before, after).into_iter().collect()
            }
            (Write::Whole { put, .. }, before, Some(after)) => {
                let is_changed = before != Some(after);
                let body = || self.body(put, after);
                let step = is_changed.then(|| Step {
                    entry: put,
                    body: body(),
                });
                step.into_iter().collect()
            }
            (Write::Members { delete, .. } | Write::Whole { delete, .. }, Some(before), None) => {
                vec![Step {
                    entry: delete,
                    body: self.key_body(before, false),
                }]
            }
        };
        if after.is_some() || matches!(self.write, Write::Parts) {
            steps.extend(self.part_steps(before, after));
        }
        steps
    }

    fn part_steps(&self, before: Option<&Document>, after: Option<&Document>) -> Vec<Step> {
        let Some(object) = after.or(before) else {
            return Vec::new();
        };
        let value = |document: Option<&Document>, name: &str| {
            document
                .and_then(|document| find(document, name))
                .cloned()
                .unwrap_or_default()
        };
        let steps = self.parts.iter().map(|part| {
            let [before, after] = [before, after].map(|side| value(side, part.member));
            (part.steps)(object, &before, &after)
        });
        steps.flatten().collect()
    }

    /// Returns the members that name an object, as the operations have them.
    fn key_body(&self, document: &Document, creates: bool) -> Document {
        let values = self.key.iter().filter_map(|name| {
            let value = document.get(*name)?.clone();
            Some((self.operation_name(name, creates).to_owned(), value))
        });
        values.collect()
    }

    fn operation_name<'a>(&self, name: &'a str, creates: bool) -> &'a str {
        let mut names = self.names.iter();
        let found = names.find(|(known, ..)| *known == name);
        match found {
            Some((_, created, _)) if creates => created,
            Some((.., other)) => other,
            None => name,
        }
    }

    /// Returns the members of an operation that a document has.
    fn body(&self, entry: &Entry, document: &Document) -> Document {
        let mut body = self.key_body(document, true);
        for member in entry.members() {
            let name = self.name_in_document(member);
            let value = find(document, name).filter(|value| **value != KEEP || name != SECRET);
            if let Some(value) = value {
                put(&mut body, &member.name, value.clone());
            }
        }
        // An operation that takes `consent` as a whole knows no `consent.logo`.
        let paths = self.parts.iter().map(|part| part.member);
        for (outer, inner) in paths.filter_map(|path| path.split_once('.')) {
            if let Some(Value::Object(members)) = body.get_mut(outer) {
                members.remove(inner);
            }
        }
        body
    }

    fn name_in_document<'a>(&self, member: &'a Member) -> &'a str {
        let mut names = self.names.iter();
        let found =
            names.find(|(_, created, other)| *created == member.name || *other == member.name);
        found.map_or(member.name.as_str(), |(name, ..)| name)
    }

    /// Adds what the creation of an object cannot set. Returns false if that is nothing.
    fn fill_rest(
        &self,
        body: &mut Document,
        create: &Entry,
        update: &Entry,
        document: &Document,
    ) -> bool {
        let before = body.len();
        for member in update.members() {
            let is_created = create
                .members()
                .iter()
                .any(|known| known.name == member.name);
            let is_initial = |value: &Value| {
                let mut known = INITIAL.iter();
                known.any(|(name, initial)| *name == member.name && *value == *initial)
            };
            let is_named = self.key.contains(&self.name_in_document(member));
            let value = find(document, &member.name).filter(|value| !is_initial(value));
            if let Some(value) = value.filter(|_| !is_created && !is_named) {
                put(body, &member.name, value.clone());
            }
        }
        body.len() > before
    }

    fn change(&self, update: &'static Entry, before: &Document, after: &Document) -> Option<Step> {
        let mut body = self.key_body(after, false);
        let named = body.len();
        for member in update.members() {
            let name = self.name_in_document(member);
            let (former, new) = (find(before, name), find(after, name));
            if former == new || self.key.contains(&name) {
                continue;
            }
            let is_replaced = self.replaced.iter().any(|start| name.starts_with(start));
            let value = match new {
                Some(new) => new.clone(),
                None if is_replaced => continue,
                None => self.removal(member),
            };
            put(&mut body, &member.name, value);
        }
        (body.len() > named).then_some(Step {
            entry: update,
            body,
        })
    }

    /// Returns the value that removes a member.
    fn removal(&self, member: &Member) -> Value {
        let mut words = self.removed_by.iter();
        if let Some((_, word)) = words.find(|(name, _)| *name == member.name) {
            return (*word).into();
        }
        match member.kind {
            _ if member.is_list => json!([]),
            MemberKind::Duration | MemberKind::Number => 0.into(),
            MemberKind::Names => String::new().into(),
            _ if self.removes_by_text => String::new().into(),
            _ => Value::Null,
        }
    }
}
