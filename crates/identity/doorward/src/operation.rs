//! Commands of operations: their arguments are the members of the bodies.

mod arguments;
mod list;
mod variant;

use std::io::Read as _;

use clap::{Arg, ArgMatches, FromArgMatches as _};
use doorward_admin::json_member::file_text;
use doorward_admin::operation::{Entry, Member, MemberKind, Outcome, put};
use doorward_admin::operations;
use doorward_identity_server::features::FEATURES;
use doorward_services::pictures::MAX_FILE;
use serde_json::Map;

pub use self::arguments::arguments;
use self::arguments::is_given;
use crate::command::prelude::*;
use crate::command::values::ReasonArg;
use crate::secret_input;

/// The commands of operations on one kind of object, which [`add_to`] adds.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Operations {
    #[command(flatten)]
    target: ActingTarget,
}

/// Adds the operations to the other commands.
pub fn add_to(root: clap::Command) -> clap::Command {
    let kinds = FEATURES.iter().flat_map(|feature| feature.commands);
    let root = kinds.fold(root, |root, (name, about)| {
        // The comment of a type of arguments replaces the help.
        let kind = |name| Operations::augment_args(clap::Command::new(name)).about(*about);
        // `scim target` is below `scim`, which has the arguments of both.
        match name.split_once(' ') {
            None => root.subcommand(kind(name)),
            Some((above, name)) => root.mut_subcommand(above, |above| {
                let below = clap::Command::new(name).about(*about);
                above.subcommand(below.subcommand_required(true).arg_required_else_help(true))
            }),
        }
    });
    let all = operations::all().filter(|entry| !entry.has_own_arguments());
    all.fold(root, |root, entry| {
        let words: Vec<_> = entry.words().collect();
        match entry.flag() {
            Some(flag) => variant::add(root, &words, flag, entry),
            None => add(root, &words, entry),
        }
    })
}

fn add(command: clap::Command, words: &[&'static str], entry: &'static Entry) -> clap::Command {
    match words {
        [] => command,
        [name] => command.subcommand(leaf(name, entry)),
        [name, rest @ ..] => command.mut_subcommand(name, |inner| add(inner, rest, entry)),
    }
}

/// Returns the command of an operation. Its arguments are read from the schema when it is used.
fn leaf(name: &'static str, entry: &'static Entry) -> clap::Command {
    let command = clap::Command::new(name).about(entry.title);
    command.display_name(display_name(entry)).defer(|command| {
        let mut entries = operations::all();
        let entry = entries.find(|entry| command.get_display_name() == Some(&display_name(entry)));
        match entry {
            Some(entry) => with_arguments(command, entry).about(entry.title),
            None => command,
        }
    })
}

/// Returns the name by which the command of an operation is found; the manual pages use it too.
fn display_name(entry: &Entry) -> String {
    let words = entry.words().collect::<Vec<_>>();
    format!("doorward-{}", words.join("-"))
}

fn with_arguments(command: clap::Command, entry: &'static Entry) -> clap::Command {
    let command = command.args(arguments(entry));
    let command = if entry.call().takes_reason() {
        ReasonArg::augment_args(command)
    } else {
        command
    };
    let command = Output::augment_args(command);
    if entry.is_list {
        command.arg(limit(entry)).arg(list::csv())
    } else {
        command
    }
}

fn limit(entry: &Entry) -> Arg {
    let default = match entry.limit {
        0 => String::from("all"),
        limit => limit.to_string(),
    };
    Arg::new("limit")
        .long("limit")
        .value_name("N")
        .help(format!("Number of objects [default: {default}]"))
        .value_parser(clap::value_parser!(u64).range(1..))
}

/// An operation with its arguments.
#[derive(Debug)]
pub struct Invocation {
    entry: &'static Entry,
    target: ActingTarget,
    reason: ReasonArg,
    out: Output,
    arguments: ArgMatches,
}

impl Invocation {
    /// Reads the operation of a command line; `None` if it names another command.
    pub fn read(root: &ArgMatches) -> Result<Option<Self>, clap::Error> {
        let (mut words, mut matches) = (Vec::new(), root);
        while let Some((word, inner)) = matches.subcommand() {
            words.push(word);
            matches = inner;
        }
        let named = operations::all().filter(|entry| entry.words().eq(words.iter().copied()));
        let Some(entry) = variant::chosen(named, matches)? else {
            return Ok(None);
        };
        let takes_reason = entry.call().takes_reason();
        Ok(Some(Self {
            entry,
            target: ActingTarget::from_arg_matches(matches)?,
            reason: if takes_reason {
                ReasonArg::from_arg_matches(matches)?
            } else {
                ReasonArg { reason: None }
            },
            out: Output::from_arg_matches(matches)?,
            arguments: matches.clone(),
        }))
    }

    pub async fn run(self) -> Result {
        let (entry, out, call) = (self.entry, self.out, self.entry.call());
        let body = body(entry, &self.arguments)?;
        let installation = self.target.open().await?;
        let is_sent = |member: &Member| member.of(&body).is_some();
        if call.method == "PATCH" && !entry.sent_members().any(is_sent) {
            let words = entry.words().collect::<Vec<_>>().join(" ");
            let text = format!("nothing to change; see `doorward {words} --help`");
            return Err(CliError::Usage(text));
        }
        let context = installation.operator().with_reason(self.reason.reason);
        let body = Value::Object(body);
        if entry.is_list {
            let limit = self.arguments.get_one::<u64>("limit").copied();
            let limit = limit.or((entry.limit > 0).then_some(entry.limit));
            let is_csv = self.arguments.get_flag(list::CSV);
            return list::print(entry, body, context, limit, (out, is_csv)).await;
        }
        apply(entry, &body, &context, out).await
    }
}

/// Runs an operation that is no list, and prints its result.
pub async fn apply(entry: &Entry, body: &Value, context: &AdminContext<'_>, out: Output) -> Result {
    let done = run(entry, body, context).await?;
    if let Some(note) = &done.note {
        output::print_status(note);
    }
    let document = match done.document {
        Value::Null => body.clone(),
        document => document,
    };
    if let (Some(secret), false) = (document[entry.secret].as_str(), out.json) {
        output::line(secret)?;
    }
    match entry.sentence(body, &document) {
        Some(sentence) if entry.call().deletes_one() => out.deleted(document, &sentence),
        Some(sentence) => out.result(&document, &sentence),
        None if !entry.table.is_empty() && !out.json => list::print_items(entry, &document),
        None => out.object(&document),
    }?;
    done.failure
        .map_or(Ok(()), |failure| Err(CliError::failure(failure)))
}

/// Runs an operation. An error names the option of its member.
pub async fn run(entry: &Entry, body: &Value, context: &AdminContext<'_>) -> Result<Outcome> {
    let done = (entry.run)(body.clone(), context).await;
    let shown = |field: &str| {
        let mut members = entry.members().iter().filter(|_| entry.names_members());
        let member = members.find(|member| member.name == field);
        member.map_or_else(|| field.to_owned(), Member::shown)
    };
    done.map_err(|error| match error {
        AdminError::Invalid { field, problem, .. } => {
            CliError::failure(format!("{}: {problem}", shown(field)))
        }
        AdminError::Choice { field, problem } => {
            CliError::usage(format!("{}: {problem}", shown(field)))
        }
        error => error.into(),
    })
}

/// Reads the members that the command line names.
pub fn body(entry: &Entry, arguments: &ArgMatches) -> Result<Map<String, Value>> {
    let mut body = Map::new();
    for member in entry.members() {
        if !is_given(arguments, &member.name) {
            continue;
        }
        let texts = arguments.get_many::<String>(&member.name);
        let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        if let ([url], Some(of_url)) = (&texts[..], entry.url_of(member))
            && is_url(url)
            && of_url.name != member.name
        {
            put(&mut body, &of_url.name, (*url).into());
            continue;
        }
        let value = match (member.kind, &texts[..]) {
            (MemberKind::Secret, [path]) => {
                let noun = member.name.replace('_', " ");
                Some(secret_input::of_argument(path, &noun)?.into())
            }
            (MemberKind::Document, [path]) => Some(document(path)?),
            (MemberKind::Table, [path]) => Some(table(path)?.into()),
            (MemberKind::Picture, [path]) => Some(picture(path)?.into()),
            _ => member.value(&texts),
        };
        let unreadable = || CliError::usage(format!("{}: not such a value", member.shown()));
        put(&mut body, &member.name, value.ok_or_else(unreadable)?);
    }
    Ok(body)
}

fn is_url(text: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// Reads a file with a JSON object.
fn document(path: &str) -> Result<Value> {
    let wrong = |error: &dyn std::fmt::Display| CliError::usage(format!("{path}: {error}"));
    let text = std::fs::read(path).map_err(|error| wrong(&error))?;
    serde_json::from_slice(&text).map_err(|error| wrong(&error))
}

/// Reads a file with CSV text.
fn table(path: &str) -> Result<String> {
    let wrong = |error: &dyn std::fmt::Display| CliError::usage(format!("{path}: {error}"));
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    String::from_utf8(bytes).map_err(|_| wrong(&"not UTF-8; save it so"))
}

/// Reads a file with a picture, at most one byte more than the accepted size.
fn picture(path: &str) -> Result<String> {
    let wrong = |error: std::io::Error| CliError::usage(format!("{path}: {error}"));
    let max = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    let mut file = File::open(path).map_err(wrong)?.take(max.saturating_add(1));
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(wrong)?;
    Ok(file_text(&bytes))
}

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod kind_tests;
#[cfg(test)]
mod tests;
