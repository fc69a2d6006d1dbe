//! Operations with the words of another command, which a flag chooses: `client create --saml`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches};
use doorward_admin::applications;
use doorward_admin::operation::Entry;

use super::arguments::{arguments, is_given};

/// Adds the flag and the arguments of an operation to the command with these words.
pub(super) fn add(
    command: clap::Command,
    words: &[&'static str],
    flag: &'static str,
    entry: &'static Entry,
) -> clap::Command {
    let Some((word, rest)) = words.split_first() else {
        let known: Vec<String> = command
            .get_arguments()
            .map(|arg| arg.get_id().to_string())
            .collect();
        let own = arguments(entry).filter(|arg| !known.contains(&arg.get_id().to_string()));
        let own = own.map(|arg| arg.required(false).requires(flag).help_heading(entry.title));
        let chooses = Arg::new(flag).long(flag).action(ArgAction::SetTrue);
        return command
            .arg(chooses.help(entry.title).help_heading(entry.title))
            .args(own);
    };
    command.mut_subcommand(word, |inner| add(inner, rest, flag, entry))
}

/// Returns the operation that a command line chooses among those with its words; `None` if the program reads the
/// arguments itself.
///
/// # Errors
/// Returns an error for an argument that the chosen operation does not have.
pub(super) fn chosen(
    named: impl Iterator<Item = &'static Entry>,
    matches: &ArgMatches,
) -> Result<Option<&'static Entry>, clap::Error> {
    let named: Vec<&Entry> = named.collect();
    let plain = named.iter().find(|entry| entry.flag().is_none()).copied();
    let chosen = named.iter().find(|entry| is_chosen(entry, matches));
    let (Some(chosen), Some(plain)) = (chosen, plain) else {
        return Ok(plain.filter(|entry| !entry.has_own_arguments()));
    };
    let is_unknown = |name: &str| chosen.members().iter().all(|own| own.name != name);
    let mut others = plain.members().iter();
    let other = others.find(|member| is_given(matches, &member.name) && is_unknown(&member.name));
    match other {
        None => Ok(Some(chosen)),
        Some(other) => {
            let mut error = clap::Error::new(ErrorKind::ArgumentConflict);
            let flag = chosen.flag().map(|flag| format!("--{flag}"));
            let values = [
                (ContextKind::InvalidArg, other.shown()),
                (ContextKind::PriorArg, flag.unwrap_or_default()),
            ];
            for (kind, text) in values {
                error.insert(kind, ContextValue::String(text));
            }
            Err(error)
        }
    }
}

/// Returns true if the flag is set, or if the operation alone knows the application.
fn is_chosen(entry: &Entry, matches: &ArgMatches) -> bool {
    let Some(flag) = entry.flag() else {
        return false;
    };
    let app = || matches.try_get_one::<String>("app").ok().flatten();
    matches.get_flag(flag) || app().is_some_and(|app| applications::is_only_of(entry, app))
}
