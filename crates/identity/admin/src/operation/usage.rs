//! The command of an operation: `role create ROLE=name --permission=permissions`.

/// Place of a member on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Argument with this name in the help.
    Argument(String),
    /// Option with this name, without its hyphens.
    Option(String),
}

/// A member that the command names.
pub(super) struct Usage {
    pub member: String,
    pub place: Place,
    pub is_removable: bool,
}

pub(super) fn words(command: &'static str) -> impl Iterator<Item = &'static str> {
    let is_word = |part: &&str| part.starts_with(|first: char| first.is_ascii_lowercase());
    command.split_whitespace().take_while(is_word)
}

/// Returns the flag that chooses the operation among those with the same words: `--saml!` directly after them.
pub(super) fn flag(command: &'static str) -> Option<&'static str> {
    let after = command.split_whitespace().nth(words(command).count())?;
    after.strip_prefix("--")?.strip_suffix('!')
}

pub(super) fn usages(command: &'static str) -> Vec<Usage> {
    let parts = command.trim_end_matches(" *").split_whitespace();
    let parts = parts.skip(words(command).count());
    let parts = parts.filter(|part| !part.ends_with('!'));
    parts.map(usage).collect()
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
