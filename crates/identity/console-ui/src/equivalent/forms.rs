//! The equivalent of a form: a command, and an operation of the admin API, as templates that the
//! values of the form fill in.
//!
//! A template may contain one value: `{name}`, or its name in capitals if it is missing; `{name?}`,
//! without which the word or member is left out; `{name*}`, a list of words; `{name#*}`, a list of
//! numbers; `{name|}`, a list of lines; `{name#}`, a number, and `{name#?}`, which may be missing;
//! `{name-}`, which is `null` if it is missing; `{name&}`, the pairs of a query, or nothing. A template that ends with `[name=value]` is left out
//! unless the condition holds.

use std::collections::BTreeMap;

use doorward_admin::operation::Entry;
use serde_json::{Map, Value};
use url::form_urlencoded;

/// The marks after the name of a value.
const MARKS: [char; 6] = ['?', '*', '|', '#', '-', '&'];

/// Values by name: parameters of the path, and fields of the form. An empty one is missing.
pub type FormValues = BTreeMap<String, String>;

#[derive(Clone, Copy, Debug)]
pub struct FormEquivalent {
    /// Route of the form, with the name of its action in place of `{action}`.
    pub form: &'static str,
    /// The operation, whose command and call take the members of the body.
    entry: Option<&'static Entry>,
    /// Words of the command after the program.
    command: Option<&'static str>,
    /// Method and path of the operation, then `version` and `reason` if it has these header fields.
    call: Option<&'static str>,
    body: FormBody,
}

#[derive(Clone, Copy, Debug)]
pub enum FormBody {
    None,
    /// Members with the templates of their values: `name={name} note={note?}`, or `name note?`.
    Members(&'static str),
    File(&'static str, &'static str),
}

#[derive(Clone, Copy, Debug)]
pub struct FormCall {
    entry: Option<&'static Entry>,
    pub method: &'static str,
    /// Template of the path below that of the admin API.
    pub path: &'static str,
    pub has_version: bool,
    pub has_reason: bool,
    body: FormBody,
}

impl FormEquivalent {
    pub(super) const fn new(form: &'static str) -> Self {
        Self {
            form,
            entry: None,
            command: None,
            call: None,
            body: FormBody::None,
        }
    }

    /// Returns the equivalent of a form that runs an operation. A member of the path without a template is
    /// `{id}`.
    pub const fn of(form: &'static str, entry: &'static Entry, members: &'static str) -> Self {
        let mut equivalent = Self::new(form).with_body(members);
        equivalent.entry = Some(entry);
        equivalent
    }

    pub(super) const fn with_command(mut self, words: &'static str) -> Self {
        self.command = Some(words);
        self
    }

    pub(super) const fn with_call(mut self, call: &'static str) -> Self {
        self.call = Some(call);
        self
    }

    pub(super) const fn with_body(mut self, members: &'static str) -> Self {
        self.body = FormBody::Members(members);
        self
    }

    pub(super) const fn with_file(mut self, name: &'static str, media_type: &'static str) -> Self {
        self.body = FormBody::File(name, media_type);
        self
    }

    /// Returns the words of the command with these values; `None` without such a command.
    pub fn words(&self, values: &FormValues) -> Option<Vec<String>> {
        if let Some(entry) = self.entry.filter(|entry| !entry.has_own_arguments()) {
            let reason = Some(value(values, "reason")).filter(|reason| !reason.is_empty());
            return Some(entry.command_with(&target_and_members(entry, self.body, values), reason));
        }
        let command = self.command?;
        let mut words = vec!["doorward".to_owned()];
        for template in command.split_whitespace() {
            for word in expand(template, values) {
                let is_value = template.starts_with('{') && word.starts_with('-');
                // A value can begin with a hyphen, like the name of an option.
                if is_value && !words.iter().any(|word| word == "--") {
                    words.push("--".to_owned());
                }
                words.push(word);
            }
        }
        Some(words)
    }

    /// Returns the operation; `None` without such an operation.
    pub fn call(&self) -> Option<FormCall> {
        if let Some(entry) = self.entry {
            let call = entry.call();
            return call.exists().then_some(FormCall {
                entry: Some(entry),
                method: call.method,
                path: call.path,
                has_version: call.is_versioned(),
                has_reason: call.takes_reason(),
                body: self.body,
            });
        }
        let parts: Vec<&str> = self.call?.split_whitespace().collect();
        Some(FormCall {
            entry: None,
            method: parts.first()?,
            path: parts.get(1)?,
            has_version: parts.contains(&"version"),
            has_reason: parts.contains(&"reason"),
            body: self.body,
        })
    }
}

impl FormCall {
    /// Returns the body; an operation without one has its members in the path.
    pub fn body(&self) -> FormBody {
        let sends =
            |entry: &Entry| entry.call().has_body() && entry.sent_members().next().is_some();
        match self.entry {
            Some(entry) if !sends(entry) => FormBody::None,
            _ => self.body,
        }
    }

    /// Returns the path with these values, each encoded.
    pub fn path(&self, values: &FormValues, encode: impl Fn(&str) -> String) -> String {
        if let Some(entry) = self.entry {
            return entry.path_with(&target_and_members(entry, self.body, values));
        }
        let (mut path, mut rest) = (String::new(), self.path);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = match value(values, name) {
                "" => name.to_uppercase(),
                value => value.to_owned(),
            };
            path.push_str(before);
            path.push_str(&encode(&value));
            rest = after;
        }
        path + rest
    }

    /// Returns the JSON document of the body; `None` for a body without members.
    pub fn document(&self, values: &FormValues) -> Option<Value> {
        match (self.entry, self.body) {
            (Some(entry), body) => entry.body_with(&target_and_members(entry, body, values)),
            (None, FormBody::Members(_)) => Some(Value::Object(self.body.members(values))),
            (None, FormBody::None | FormBody::File(..)) => None,
        }
    }
}

impl FormBody {
    fn members(self, values: &FormValues) -> Map<String, Value> {
        let mut document = Map::new();
        let Self::Members(members) = self else {
            return document;
        };
        for part in members.split_whitespace() {
            let (name, template) = match part.split_once('=') {
                Some((name, template)) => (name, template.to_owned()),
                None => (part.trim_end_matches(MARKS), format!("{{{part}}}")),
            };
            let Some(value) = member(&template, values) else {
                continue;
            };
            match name.split_once('.') {
                Some((parent, name)) => {
                    let inner = document
                        .entry(parent)
                        .or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(inner) = inner {
                        inner.insert(name.to_owned(), value);
                    }
                }
                None => {
                    document.insert(name.to_owned(), value);
                }
            }
        }
        document
    }
}

fn target_and_members(entry: &Entry, body: FormBody, values: &FormValues) -> Map<String, Value> {
    let mut members = body.members(values);
    let id = value(values, "id");
    for name in entry.call().parameters() {
        if !id.is_empty() && !members.contains_key(name) {
            members.insert(name.to_owned(), id.into());
        }
    }
    members
}

/// Returns a value without surrounding spaces; empty if it is missing.
fn value<'a>(values: &'a FormValues, name: &str) -> &'a str {
    values
        .get(name)
        .map(|value| value.trim())
        .unwrap_or_default()
}

/// Returns true if a condition holds. An empty one does.
fn is_true(condition: &str, values: &FormValues) -> bool {
    match condition.split_once('=') {
        Some((name, expected)) => value(values, name) == expected,
        None => true,
    }
}

/// Returns the texts of a template: usually one.
fn expand(template: &str, values: &FormValues) -> Vec<String> {
    let conditional = template
        .strip_suffix(']')
        .and_then(|text| text.split_once('['));
    let (template, condition) = conditional.unwrap_or((template, ""));
    if !is_true(condition, values) {
        return Vec::new();
    }
    let Some((before, rest)) = template.split_once('{') else {
        return vec![template.to_owned()];
    };
    let (marked, after) = rest.split_once('}').unwrap_or((rest, ""));
    let name = marked.trim_end_matches(MARKS);
    let value = value(values, name);
    let line = |item: &str| format!("{before}{}{after}", item.trim());
    if marked.ends_with('*') {
        return value.split_whitespace().map(line).collect();
    }
    if marked.ends_with('|') {
        let lines = value.lines().filter(|item| !item.trim().is_empty());
        return lines.map(line).collect();
    }
    if !value.is_empty() {
        return vec![format!("{before}{value}{after}")];
    }
    if marked.ends_with(['?', '-', '&']) {
        return Vec::new();
    }
    vec![format!("{before}{}{after}", name.to_uppercase())]
}

/// Returns the JSON value of a template; `None` if the member is left out.
fn member(template: &str, values: &FormValues) -> Option<Value> {
    let texts = expand(template, values);
    if template.contains("*}") || template.contains("|}") {
        let is_number = template.contains("#*}");
        let items = texts.into_iter().map(|text| match text.parse::<i64>() {
            Ok(number) if is_number => Value::from(number),
            _ => Value::String(text),
        });
        let items = items.collect::<Vec<_>>();
        return (!items.is_empty()).then_some(Value::Array(items));
    }
    let Some(text) = texts.into_iter().next() else {
        return template.contains("-}").then_some(Value::Null);
    };
    if template.contains("&}") {
        let pairs = form_urlencoded::parse(text.as_bytes()).into_owned();
        return Some(
            pairs
                .map(|(name, value)| (name, Value::String(value)))
                .collect(),
        );
    }
    let is_fixed = !template.contains('{');
    Some(match text.parse::<bool>() {
        Ok(flag) if is_fixed => Value::Bool(flag),
        _ if template.contains("#}") || template.contains("#?}") => match text.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::String(text),
        },
        _ => Value::String(text),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FormEquivalent, FormValues};

    fn values(pairs: &[(&str, &str)]) -> FormValues {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    const FORM: FormEquivalent = FormEquivalent::new("/admin/things/{id}/edit")
        .with_command(
            "thing --name={name} --note={note?} --scope={scopes*} --line={lines|} \
             --public[kind=device] {id}",
        )
        .with_call("POST things/{id}?of={of}")
        .with_body(
            "name={name} note={note?} scopes={scopes*} lines={lines|} uses={uses#} size={size#?} \
             days={days#*} until={until-} pairs={pairs&} public=true[kind=device] kind=thing inner.note={note?}",
        );

    #[test]
    fn templates_are_filled_in() {
        let full = values(&[
            ("id", "-1"),
            ("of", "a/b"),
            ("name", " true "),
            ("note", "n"),
            ("scopes", "a\r\nb"),
            ("lines", "a b\r\n\r\n c \r\n"),
            ("size", "7"),
            ("kind", "device"),
            ("uses", "3"),
            ("days", "14 7"),
            ("until", "2027-01-01"),
            ("pairs", "a=b+c&d=e"),
        ]);
        assert_eq!(
            FORM.words(&full).unwrap().join(" "),
            "doorward thing --name=true --note=n --scope=a --scope=b \
             --line=a b --line=c --public -- -1"
        );
        let call = FORM.call().unwrap();
        let encode = |text: &str| text.replace('/', "%2F");
        assert_eq!(call.path(&full, encode), "things/-1?of=a%2Fb");
        assert_eq!(
            call.document(&full).unwrap(),
            json!({
                "name": "true", "note": "n", "scopes": ["a", "b"], "lines": ["a b", "c"],
                "uses": 3, "size": 7, "days": [14, 7], "until": "2027-01-01",
                "pairs": { "a": "b c", "d": "e" }, "public": true, "kind": "thing", "inner": { "note": "n" },
            })
        );
    }

    #[test]
    fn missing_values_have_names_or_are_left_out() {
        let none = FormValues::new();
        let words = FORM.words(&none).unwrap().join(" ");
        assert_eq!(words, "doorward thing --name=NAME ID");
        let call = FORM.call().unwrap();
        assert_eq!(call.path(&none, str::to_owned), "things/ID?of=OF");
        assert_eq!(
            call.document(&none).unwrap(),
            json!({ "name": "NAME", "uses": "USES", "until": null, "kind": "thing" })
        );
    }
}
