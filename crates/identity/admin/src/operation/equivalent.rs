//! The command and the body of a call for given members, as the console shows them.

use super::Entry;
use super::call::encode;
use super::member::{Member, MemberKind, PICTURE_FILE, put};
use super::usage::Place;
use crate::prelude::*;

impl Entry {
    /// Returns the words of the command with these members. A missing one that the command requires is
    /// its name in capitals, and a secret the name of a file.
    pub fn command_with(&self, body: &Map<String, Value>, reason: Option<&str>) -> Vec<String> {
        let words = ["doorward"].into_iter().chain(self.words());
        let words = words.map(str::to_owned);
        let flag = self.flag().map(|flag| format!("--{flag}"));
        let mut words: Vec<String> = words.chain(flag).collect();
        let mut arguments = Vec::new();
        for member in self.members() {
            let values = texts(member, member.of(body));
            match &member.place {
                Place::Argument(_) => arguments.extend(values),
                Place::Option(name) => {
                    words.extend(values.into_iter().map(|value| format!("--{name}={value}")));
                }
            }
        }
        let reason = reason.filter(|_| self.call().takes_reason());
        words.extend(reason.map(|reason| format!("--reason={reason}")));
        // A value can begin with a hyphen, like the name of an option.
        if arguments.iter().any(|value| value.starts_with('-')) {
            words.push("--".to_owned());
        }
        words.extend(arguments);
        words
    }

    /// Returns the path of the call with these members, and with its query.
    pub fn path_with(&self, body: &Map<String, Value>) -> String {
        let (call, path) = (self.call(), self.call().path_with(body));
        let is_in_query = |member: &&Member| !call.has_body() && body.contains_key(&member.name);
        let members = self.sent_members().filter(is_in_query);
        let pairs = members.map(|member| {
            let value = body.get(&member.name).map(text).unwrap_or_default();
            format!("{}={}", member.name, encode(&value))
        });
        let pairs: Vec<String> = pairs.collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        format!("{path}{mark}{}", pairs.join("&"))
    }

    /// Returns the members that the call sends; `None` without a body of members.
    pub fn body_with(&self, body: &Map<String, Value>) -> Option<Value> {
        let mut sent = Map::new();
        for member in self.sent_members() {
            let value = member.of(body).cloned();
            let missing = || member.is_required.then(|| placeholder(member).into());
            if let Some(value) = value.or_else(missing) {
                put(&mut sent, &member.name, value);
            }
        }
        (self.call().sends_members() && !sent.is_empty()).then_some(Value::Object(sent))
    }
}

fn placeholder(member: &Member) -> String {
    member.name.to_uppercase()
}

fn texts(member: &Member, value: Option<&Value>) -> Vec<String> {
    match value {
        None if !member.is_required => Vec::new(),
        _ if member.kind == MemberKind::Secret => vec![format!("{}.txt", member.name)],
        _ if member.kind == MemberKind::Picture => vec![PICTURE_FILE.to_owned()],
        Some(_) if member.kind == MemberKind::Document => vec![format!("{}.json", member.name)],
        _ if member.kind == MemberKind::Table => {
            let ending = member.schema["format"].as_str().unwrap_or("csv");
            vec![format!("{}.{ending}", member.name)]
        }
        None => vec![placeholder(member)],
        Some(Value::Array(items)) if items.is_empty() => vec![String::new()],
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(Value::Object(members)) => {
            let pair = |(name, value): (&String, &Value)| format!("{name}={}", text(value));
            members.iter().map(pair).collect()
        }
        Some(value) => vec![text(value)],
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
