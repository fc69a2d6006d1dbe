//! Arguments of the command line from the members of an operation.

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches};
use doorward_admin::operation::{Entry, Member, MemberKind, Place};

use crate::command::prelude::*;
use crate::command::values::{assignment, parse_lifetime, parse_time};

/// Returns the arguments of the members of an operation.
pub fn arguments(entry: &'static Entry) -> impl Iterator<Item = Arg> {
    let is_own = |member: &&Member| member.kind != MemberKind::Uri || !shares_option(entry, member);
    let members = entry.members().iter().filter(is_own);
    members.map(|member| match entry.url_of(member) {
        Some(url) if url.name != member.name => argument(member).value_name("FILE|URL"),
        _ => argument(member),
    })
}

/// Returns true if another member has the option too.
fn shares_option(entry: &Entry, member: &Member) -> bool {
    let mut members = entry.members().iter();
    members.any(|other| other.place == member.place && other.name != member.name)
}

fn argument(member: &'static Member) -> Arg {
    let help = member.help.trim_end_matches('.');
    let more = match member.kind {
        MemberKind::Secret => " (its file, or - for standard input)",
        _ if member.is_repeatable() => " (repeatable)",
        _ => "",
    };
    let arg = Arg::new(member.name.as_str())
        .help(format!("{help}{more}"))
        .value_name(member.value_name.as_str())
        .required(member.is_required)
        .action(if member.is_repeatable() {
            ArgAction::Append
        } else {
            ArgAction::Set
        });
    let arg = match &member.place {
        // Base64url may start with a hyphen.
        Place::Argument(_) => arg.allow_hyphen_values(member.schema["format"] == "base64url"),
        Place::Option(name) => arg.long(name.as_str()),
    };
    let arg = match member.kind {
        MemberKind::Flag => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(["true", "false"]),
        MemberKind::Time => arg.value_parser(|text: &str| parse_time(text).map(output::time)),
        MemberKind::Duration => {
            arg.value_parser(|text: &str| parse_lifetime(text).map(|time| time.to_string()))
        }
        MemberKind::Map => arg.value_parser(|text: &str| assignment(text).map(|_| text.to_owned())),
        MemberKind::Number => {
            arg.value_parser(|text: &str| text.parse::<i64>().map(|number| number.to_string()))
        }
        _ if member.words.is_empty() => arg,
        _ => arg.value_parser(PossibleValuesParser::new(
            member.words.iter().map(String::as_str),
        )),
    };
    match &member.default {
        Some(default) => arg.default_value(default.as_str()),
        None => arg,
    }
}

/// Returns true if the command line names a value of this member.
pub(super) fn is_given(arguments: &ArgMatches, member: &str) -> bool {
    let is_argument = arguments.try_contains_id(member).is_ok();
    is_argument && arguments.value_source(member) == Some(ValueSource::CommandLine)
}
