//! Texts that make the change of a form elsewhere: a command, a call of the admin API, and a file.

use doorward_admin::operation::Entry;
use doorward_domain::boxed;
use doorward_protocol::params::Params;
use doorward_templates::console::{AlsoAs, CopyText, Elsewhere, EntryField, EntryForm, FieldKind};
use doorward_web::page_support::text;
use serde_json::{Map, Value};

use crate::console::Console;
use crate::equivalent::forms::{FormBody, FormEquivalent, FormValues};
use crate::equivalent::{self, CHANGE_FILE, Call, CallBody, KEYS_FILE, table};
use crate::lifetime;
use crate::local_time;
use crate::routes::{encode, filtered, parameter};
use crate::stop::Stop;

pub use crate::kept_form::STEP;

/// Name of the parameter that asks for the texts of an object.
const AS: &str = "as";
/// The step that shows the texts for the values as typed.
const SHOW: &str = "show";

#[derive(Default)]
pub struct Change {
    /// Words of the commands that make the change together; `None` if the command line cannot.
    pub commands: Option<Vec<Vec<String>>>,
    /// Path of the object below that of the admin API.
    pub path: String,
    pub version: String,
    /// Members of the admin API with their new values.
    pub body: Map<String, Value>,
}

impl Change {
    /// Returns the change that an operation makes. The members of its path name the object.
    pub fn of(entry: &Entry, version: String, members: &Map<String, Value>) -> Self {
        Self {
            commands: Some(vec![entry.command_with(members, None)]),
            path: entry.path_with(members),
            version,
            body: match entry.body_with(members) {
                Some(Value::Object(body)) => body,
                _ => Map::new(),
            },
        }
    }
}

pub fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).into()
}

/// Returns true if a form was sent to show the texts only.
pub fn is_requested(form: &Params) -> Result<bool, Stop> {
    Ok(text(form, STEP)? == SHOW)
}

pub fn texts(console: &Console<'_>, change: &Change) -> AlsoAs {
    of_page(list(console, change))
}

const fn of_page(texts: Vec<CopyText>) -> AlsoAs {
    AlsoAs {
        texts,
        is_open: false,
        is_form: false,
    }
}

/// Returns the texts of a change for its form, which has a button to show them.
pub fn in_form(console: &Console<'_>, change: &Change, is_open: bool) -> AlsoAs {
    AlsoAs {
        is_open,
        is_form: true,
        ..texts(console, change)
    }
}

fn list(console: &Console<'_>, change: &Change) -> Vec<CopyText> {
    if change.body.is_empty() {
        return Vec::new();
    }
    let mut texts = Vec::new();
    if let Some(commands) = &change.commands {
        let lines: Vec<String> = commands
            .iter()
            .map(|words| equivalent::command(words))
            .collect();
        texts.push(entry(console.t("console-also-command"), lines.join("\n")));
    }
    let call = equivalent::call(&Call {
        method: "PATCH",
        url: &url(console, &change.path),
        version: Some(&change.version),
        reason: None,
        body: CallBody::Change,
    });
    texts.push(entry(console.t("console-also-call"), call));
    let body = Value::Object(change.body.clone());
    texts.push(file(console, CHANGE_FILE, &body));
    if let Some(keys) = change.body.get("jwks") {
        texts.push(file(console, KEYS_FILE, keys));
    }
    texts
}

const fn entry(title: String, text: String) -> CopyText {
    CopyText { title, text }
}

fn file(console: &Console<'_>, name: &str, content: &Value) -> CopyText {
    let title = console.layout.t_with("console-also-file", "name", name);
    entry(title, equivalent::file(content))
}

fn url(console: &Console<'_>, path: &str) -> String {
    let issuer = console.page.context.core.issuer();
    format!("{issuer}/api/admin/{path}")
}

/// Returns a link to this page with the command, the call and the JSON of its object, or these texts, if the
/// link was followed. `read` is the operation that reads the object, with its only member and the value.
#[boxed(?Send)]
pub async fn of_object(
    console: &Console<'_>,
    read: &'static Entry,
    (member, id): (&str, &str),
) -> Result<Option<Elsewhere>, Stop> {
    let path = console.page.request.path();
    if text(&console.page.query()?, AS)?.is_empty() {
        let link = filtered(path, [(AS, "json")]);
        return Ok(Some(Elsewhere::Link(link)));
    }
    let mut members = Map::new();
    members.insert(member.to_owned(), id.into());
    let object = (read.run)(Value::Object(members.clone()), &console.context()).await?;
    let call = equivalent::call(&Call {
        method: "GET",
        url: &url(console, &read.path_with(&members)),
        version: None,
        reason: None,
        body: CallBody::None,
    });
    let command = equivalent::command(&read.command_with(&members, None));
    let texts = vec![
        entry(console.t("console-also-command"), command),
        entry(console.t("console-also-call"), call),
        entry("JSON".to_owned(), equivalent::file(&object.document)),
    ];
    Ok(Some(Elsewhere::Texts(AlsoAs {
        is_open: true,
        ..of_page(texts)
    })))
}

/// Returns the texts for the question of this page; `None` if the table does not have it.
pub fn of_question<'a>(
    console: &Console<'_>,
    fields: impl IntoIterator<Item = &'a EntryField>,
    version: Option<&str>,
) -> Option<AlsoAs> {
    let form = form_of_page(console)?;
    let values = values(console, fields, &[]);
    Some(of_page(form_texts(console, form, &values, version)))
}

/// Returns the texts for the form of this page, which has a button to show them for the values as
/// typed; `None` if the table does not have it. `others` are values without a field.
pub fn of_form(
    console: &Console<'_>,
    fields: &[EntryField],
    others: &[(&'static str, String)],
    version: Option<&str>,
) -> Option<AlsoAs> {
    let form = form_of_page(console)?;
    let texts = form_texts(console, form, &values(console, fields, others), version);
    Some(AlsoAs {
        is_form: true,
        ..of_page(texts)
    })
}

/// Returns the operation that the form of this page runs, with its members for the values as typed. `others` are
/// values without a field.
pub fn operation(
    console: &Console<'_>,
    fields: &[EntryField],
    others: &[(&'static str, String)],
) -> Option<(&'static Entry, Map<String, Value>)> {
    let form = form_of_page(console)?;
    Some(form.operation(&values(console, fields, others)))
}

/// Returns the form with the texts for the values as typed. `others` are values without a field.
pub fn shown(
    console: &Console<'_>,
    view: EntryForm,
    others: &[(&'static str, String)],
) -> EntryForm {
    let version = view.version.as_deref();
    let also = of_form(console, &view.fields, others, version).map(|also| AlsoAs {
        is_open: true,
        ..also
    });
    EntryForm { also, ..view }
}

/// Returns the texts of an operation on several objects, each by its ID and its version. The member `flag`
/// is true, unless its name is empty.
pub fn of_objects<'o>(
    console: &Console<'_>,
    operation: &Entry,
    flag: &str,
    objects: impl IntoIterator<Item = (&'o str, Option<&'o str>)>,
) -> AlsoAs {
    let (call, mut commands, mut calls, mut body) =
        (operation.call(), Vec::new(), Vec::new(), None);
    for (id, version) in objects {
        let names = call.parameters().map(|name| (name, id.into()));
        let flag = Some((flag, true.into())).filter(|_| !flag.is_empty());
        let members = names.chain(flag);
        let members: Map<_, _> = members
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        commands.push(equivalent::command(&operation.command_with(&members, None)));
        body = operation.body_with(&members);
        calls.push(equivalent::call(&Call {
            method: call.method,
            url: &url(console, &operation.path_with(&members)),
            version: version.filter(|_| call.is_versioned()),
            reason: None,
            body: match body {
                Some(_) => CallBody::Change,
                None => CallBody::None,
            },
        }));
    }
    let mut texts = vec![
        entry(console.t("console-also-command"), commands.join("\n")),
        entry(console.t("console-also-call"), calls.join("\n")),
    ];
    texts.extend(body.map(|body| file(console, CHANGE_FILE, &body)));
    of_page(texts)
}

fn form_of_page(console: &Console<'_>) -> Option<&'static FormEquivalent> {
    let pattern = console.page.request.match_pattern()?;
    let named = |pattern: &str, name: &str| {
        pattern.replace(&format!("{{{name}}}"), &parameter(console.page, name))
    };
    let pattern = named(&pattern, "action");
    table::find(&pattern).or_else(|| table::find(&named(&pattern, "kind")))
}

/// Returns the parameters of the path, and the values of the fields. The organization is that of the
/// administrator or of the form.
fn values<'a>(
    console: &Console<'_>,
    fields: impl IntoIterator<Item = &'a EntryField>,
    others: &[(&'static str, String)],
) -> FormValues {
    let mut values = FormValues::new();
    for (name, _) in console.page.request.match_info().iter() {
        values.insert(name.to_owned(), parameter(console.page, name));
    }
    for field in fields {
        let value = match &field.kind {
            FieldKind::Amount(_) => lifetime::parse(&field.value).map(|time| time.to_string()),
            _ => value(field).map(str::to_owned),
        };
        values.extend(value.map(|value| (field.id.to_owned(), value)));
    }
    let own = console.org().map(str::to_owned);
    if let Some(org) = own.or_else(|| values.get("organization").cloned()) {
        values.insert("org".to_owned(), org);
    }
    let until = values
        .get("until")
        .and_then(|until| local_time::parse(until));
    let chosen = values.get("lifetime").or_else(|| values.get("keep_old"));
    let seconds = chosen.and_then(|chosen| lifetime::parse(chosen));
    let end = seconds.map(|seconds| console.now() + seconds);
    if let Some(end) = until.or(end) {
        values.insert("expires".to_owned(), console.layout.moment(&end).iso);
    }
    let others = others.iter();
    values.extend(others.map(|(name, value)| ((*name).to_owned(), value.clone())));
    values
}

/// Returns the text that a field sends; `None` for a secret, and for a field without a text.
fn value(field: &EntryField) -> Option<&str> {
    match &field.kind {
        FieldKind::Line
        | FieldKind::Lines
        | FieldKind::Day
        | FieldKind::Moment
        | FieldKind::Checks(..)
        | FieldKind::Flag => Some(&field.value),
        FieldKind::Select(choices) => {
            let chosen = choices.iter().find(|choice| choice.value == field.value);
            let chosen = chosen.or(choices.first());
            chosen.map(|choice| choice.value.as_str())
        }
        FieldKind::Amount(_)
        | FieldKind::Secret
        | FieldKind::Shown
        | FieldKind::Heading
        | FieldKind::Fold
        | FieldKind::File
        | FieldKind::Picture => None,
    }
}

fn form_texts(
    console: &Console<'_>,
    form: &FormEquivalent,
    values: &FormValues,
    version: Option<&str>,
) -> Vec<CopyText> {
    let command = equivalent::command(&form.words(values));
    let mut texts = vec![entry(console.t("console-also-command"), command)];
    let Some(call) = form.call() else {
        return texts;
    };
    let reason = values.get("reason").map(|reason| encode(reason.trim()));
    let reason = reason.filter(|reason| call.takes_reason() && !reason.is_empty());
    let body = form.body(values);
    let text = equivalent::call(&Call {
        method: call.method,
        url: &url(console, &form.path(values)),
        version: version.filter(|_| call.is_versioned()),
        reason: reason.as_deref(),
        body: match body {
            FormBody::Picture => CallBody::Picture,
            FormBody::Members(_) => CallBody::Change,
            FormBody::None => CallBody::None,
        },
    });
    texts.push(entry(console.t("console-also-call"), text));
    if let FormBody::Members(document) = body {
        texts.push(file(console, CHANGE_FILE, &document));
    }
    texts
}
