//! The equivalent of a form: a command, and an operation of the admin API, as templates that the
//! values of the form fill in.
//!
//! A template may contain one value: `{name}`, or its name in capitals if it is missing; `{name?}`,
//! without which the word or member is left out; `{name*}`, a list of words; `{name#*}`, a list of
//! numbers; `{name|}`, a list of lines, and `{name-|}`, which is empty if it is missing; `{name#}`, a number, and `{name#?}`, which may be missing;
//! `{name-}`, which is `null` if it is missing; `{name&}`, the pairs of a query, or nothing. A template that ends with `[name=value]` is left out
//! unless the condition holds.

use std::collections::BTreeMap;

use doorward_admin::operation::{Call, Entry, put};
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
    entry: &'static Entry,
    /// Words of the command after the program, if they are not those of the operation.
    command: Option<&'static str>,
    /// Members with the templates of their values: `name={name} note={note?}`, or `name note?`.
    members: &'static str,
}

/// The body of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum FormBody {
    None,
    Members(Value),
    /// A picture, which the call reads from a file.
    Picture,
}

impl FormEquivalent {
    /// Returns the equivalent of a form that runs an operation. A member of the path without a template is
    /// `{id}`.
    pub const fn of(form: &'static str, entry: &'static Entry, members: &'static str) -> Self {
        Self {
            form,
            entry,
            command: None,
            members,
        }
    }

    pub(super) const fn with_command(mut self, words: &'static str) -> Self {
        self.command = Some(words);
        self
    }

    /// Returns the words of the command with these values.
    pub fn words(&self, values: &FormValues) -> Vec<String> {
        let Some(command) = self.command else {
            let reason = Some(value(values, "reason")).filter(|reason| !reason.is_empty());
            return self.entry.command_with(&self.body_members(values), reason);
        };
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
        words
    }

    /// Returns the operation with its members for these values.
    pub fn operation(&self, values: &FormValues) -> (&'static Entry, Map<String, Value>) {
        (self.entry, self.body_members(values))
    }

    /// Returns the call of the operation; `None` if only a command runs it.
    pub fn call(&self) -> Option<Call> {
        Some(self.entry.call()).filter(Call::exists)
    }

    /// Returns the path of the call below that of the admin API, with these values.
    pub fn path(&self, values: &FormValues) -> String {
        self.entry.path_with(&self.body_members(values))
    }

    /// Returns the body of the call with these values.
    pub fn body(&self, values: &FormValues) -> FormBody {
        if self.entry.call().picture_permission().is_some() {
            return FormBody::Picture;
        }
        let sent = self.entry.body_with(&self.body_members(values));
        sent.map_or(FormBody::None, FormBody::Members)
    }

    /// Returns the members of the body, and those of the path.
    fn body_members(&self, values: &FormValues) -> Map<String, Value> {
        let mut members = members(self.members, values);
        let id = value(values, "id");
        for name in self.entry.call().parameters() {
            if !id.is_empty() && !members.contains_key(name) {
                members.insert(name.to_owned(), id.into());
            }
        }
        members
    }
}

/// Returns the members of these templates with their values.
fn members(templates: &str, values: &FormValues) -> Map<String, Value> {
    let mut members = Map::new();
    for part in templates.split_whitespace() {
        let (name, template) = match part.split_once('=') {
            Some((name, template)) => (name, template.to_owned()),
            None => (part.trim_end_matches(MARKS), format!("{{{part}}}")),
        };
        if let Some(value) = member(&template, values) {
            put(&mut members, name, value);
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
        let is_sent = !items.is_empty() || template.contains("-|}");
        return is_sent.then_some(Value::Array(items));
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

    use doorward_admin::groups::operations::{DELETE, UPDATE};

    use super::{FormBody, FormEquivalent, FormValues, members};

    fn values(pairs: &[(&str, &str)]) -> FormValues {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    const FORM: FormEquivalent = FormEquivalent::of("/admin/groups/{id}/edit", &UPDATE, "name")
        .with_command(
            "thing --name={name} --note={note?} --scope={scopes*} --line={lines|} \
             --public[kind=device] {id}",
        );

    const MEMBERS: &str = "name={name} note={note?} scopes={scopes*} lines={lines|} uses={uses#} size={size#?} \
         days={days#*} rows={rows-|} until={until-} pairs={pairs&} public=true[kind=device] kind=thing inner.note={note?}";

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
            ("rows", "r s"),
            ("until", "2027-01-01"),
            ("pairs", "a=b+c&d=e"),
        ]);
        assert_eq!(
            FORM.words(&full).join(" "),
            "doorward thing --name=true --note=n --scope=a --scope=b \
             --line=a b --line=c --public -- -1"
        );
        assert_eq!(
            json!(members(MEMBERS, &full)),
            json!({
                "name": "true", "note": "n", "scopes": ["a", "b"], "lines": ["a b", "c"],
                "uses": 3, "size": 7, "days": [14, 7], "rows": ["r s"], "until": "2027-01-01",
                "pairs": { "a": "b c", "d": "e" }, "public": true, "kind": "thing", "inner": { "note": "n" },
            })
        );
    }

    #[test]
    fn missing_values_have_names_or_are_left_out() {
        let none = FormValues::new();
        let words = FORM.words(&none).join(" ");
        assert_eq!(words, "doorward thing --name=NAME ID");
        assert_eq!(
            json!(members(MEMBERS, &none)),
            json!({ "name": "NAME", "uses": "USES", "rows": [], "until": null, "kind": "thing" })
        );
    }

    #[test]
    fn call_has_object_in_path() {
        let of = values(&[("id", "a/b"), ("name", "sales")]);
        assert_eq!(FORM.path(&of), "groups/a%2Fb");
        assert_eq!(FORM.path(&FormValues::new()), "groups/ID");
        assert_eq!(
            FORM.body(&of),
            FormBody::Members(json!({ "name": "sales" }))
        );
        let deletion = FormEquivalent::of("/admin/groups/{id}/delete", &DELETE, "");
        assert_eq!(deletion.body(&of), FormBody::None);
    }
}
