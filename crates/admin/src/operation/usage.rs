//! The command of an operation: `role create ROLE=name --permission=permissions`.

use utoipa::openapi::{RefOr, Schema};

use super::member::{Member, Place};
use crate::prelude::*;

/// A member that the command names.
pub(super) struct Usage {
    member: String,
    pub place: Place,
    pub is_removable: bool,
}

pub(super) fn words(command: &'static str) -> impl Iterator<Item = &'static str> {
    let is_word = |part: &&str| part.starts_with(|first: char| first.is_ascii_lowercase());
    command.split_whitespace().take_while(is_word)
}

fn usages(command: &'static str) -> Vec<Usage> {
    let parts = command.trim_end_matches(" *").split_whitespace();
    parts.skip(words(command).count()).map(usage).collect()
}

/// Returns the members that the command names.
#[cfg(test)]
pub(super) fn named(command: &'static str) -> Vec<String> {
    usages(command)
        .into_iter()
        .map(|usage| usage.member)
        .collect()
}

fn usage(part: &str) -> Usage {
    let plain = part.trim_end_matches('?');
    let (shown, member) = plain.split_once('=').unwrap_or((plain, ""));
    let (place, default) = match shown.strip_prefix("--") {
        Some(option) => (Place::Option(option.to_owned()), option.replace('-', "_")),
        None => (Place::Argument(shown.to_owned()), shown.to_lowercase()),
    };
    Usage {
        member: if member.is_empty() {
            default
        } else {
            member.to_owned()
        },
        place,
        is_removable: plain != part,
    }
}

/// Returns the members of a schema: those that the command names, then the others.
pub(super) fn members(command: &'static str, schema: &RefOr<Schema>) -> Vec<Member> {
    let schema = serde_json::to_value(schema).unwrap_or_default();
    let (no_members, no_names) = (Map::new(), Vec::new());
    let members = schema["properties"].as_object().unwrap_or(&no_members);
    let required = schema["required"].as_array().unwrap_or(&no_names);
    let is_required = |name: &str| required.iter().any(|known| known == name);
    let usages = usages(command);
    let position = |name: &str| usages.iter().position(|usage| usage.member == name);
    let member = |(name, schema): (&String, &Value)| {
        let usage = position(name).map(|position| &usages[position]);
        Member::new(name, schema, is_required(name), usage)
    };
    let mut members: Vec<Member> = members.iter().map(member).collect();
    members.sort_by_key(|member| position(&member.name).unwrap_or(usages.len()));
    members
}
