//! The impact of a plan as lines, for a terminal and for Markdown.

use doorward_admin::affected::count_text;

use super::{Impact, MAX_SIMULATED};
use crate::text::value;

/// Titles of the parts, and the messages of the console that translate them. The first one ends with a number.
const TITLES: [(&str, &str); 5] = [
    ("Users who lose access: ", "as-code-lost"),
    ("Clients that end", "as-code-ended-apps"),
    ("Clients whose next sign-in fails", "as-code-failing"),
    ("Tokens that change", "as-code-tokens"),
    ("Protections that weaken", "as-code-weaker"),
];

/// Maximum number of members of a token in a text.
const MAX_MEMBERS: usize = 10;
/// Before each line of a part.
const INDENT: &str = "    ";

/// A part of the text, which an approval keeps: a title with its lines, or the sentence about how much was examined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum TextPart<'a> {
    /// A known title by its message of the console, with the rest of it: the number.
    Known {
        key: &'static str,
        count: &'a str,
        lines: Vec<&'a str>,
    },
    /// A title of another release.
    Other {
        title: &'a str,
        lines: Vec<&'a str>,
    },
    Examined(&'a str),
}

impl<'a> TextPart<'a> {
    /// Reads the parts of a text by [`Impact::to_text`].
    pub(crate) fn read_all(text: &'a str) -> Vec<Self> {
        let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in text.lines() {
            match (line.strip_prefix(INDENT), parts.last_mut()) {
                (Some(line), Some((_, lines))) => lines.push(line),
                _ => parts.push((line, Vec::new())),
            }
        }
        let parts = parts.into_iter();
        parts
            .map(|(title, lines)| Self::new(title, lines))
            .collect()
    }

    fn new(title: &'a str, lines: Vec<&'a str>) -> Self {
        let mut known = TITLES.iter();
        match known.find_map(|(start, key)| Some((title.strip_prefix(start)?, *key))) {
            Some((count, key)) => Self::Known { key, count, lines },
            None if lines.is_empty() => Self::Examined(title),
            None => Self::Other { title, lines },
        }
    }
}

impl Impact {
    /// Returns the parts of the text: a title, and its lines.
    pub fn parts(&self) -> Vec<(String, Vec<String>)> {
        let [lost, others @ ..] = TITLES.map(|(title, _)| title.to_owned());
        let failing = self.failing.iter();
        let weaker = self.weaker.iter();
        let others = others.into_iter().zip([
            self.ended_lines(),
            failing
                .map(|(client, why)| format!("{client}: {why}"))
                .collect(),
            self.token_lines(),
            weaker
                .map(|(object, member)| format!("{object}: {member}"))
                .collect(),
        ]);
        let lost = (format!("{lost}{}", self.users), self.loss_lines());
        let mut parts: Vec<(String, Vec<String>)> = [lost].into_iter().chain(others).collect();
        parts.retain(|(_, lines)| !lines.is_empty());
        parts
    }

    /// Returns the impact as text: the parts, and how much was examined.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for (title, lines) in self.parts() {
            text.push_str(&title);
            text.push('\n');
            for line in lines {
                text.extend([INDENT, &line, "\n"]);
            }
        }
        let examined = self.examined();
        if !examined.is_empty() {
            text.extend([&examined, "\n"]);
        }
        text
    }

    /// Returns a sentence about how much was examined.
    pub fn examined(&self) -> String {
        let (simulated, rest) = (self.simulated, self.uncounted);
        let found = match self.unsimulated {
            Some(why) => Some(format!(
                "The impact on users and tokens is not known: {why}."
            )),
            None if self.is_none() => Some("No user, client or token is affected.".to_owned()),
            None => None,
        };
        let simulated = (simulated > 0)
            .then(|| format!("Simulated sign-ins: {simulated} of at most {MAX_SIMULATED}."));
        let rest =
            (rest > 0).then(|| format!("Not compared: {rest} users with rarer roles and groups."));
        let unknown = (!self.unknown.is_empty())
            .then(|| format!("Not examined: {}.", self.unknown.join(", ")));
        let sentences: Vec<String> = [found, simulated, rest, unknown]
            .into_iter()
            .flatten()
            .collect();
        sentences.join(" ")
    }

    fn loss_lines(&self) -> Vec<String> {
        let line = |loss: &super::Loss| {
            let place = loss.organization.as_ref();
            let place = place.map(|org| format!(" in {org}")).unwrap_or_default();
            let permissions = loss.permissions.join(", ");
            format!("{permissions}{place} (users: {})", loss.users)
        };
        self.losses.iter().map(line).collect()
    }

    fn ended_lines(&self) -> Vec<String> {
        let line = |reach: &super::Reach| {
            let more = if reach.is_capped { " or more" } else { "" };
            let [users, sessions] = [reach.users, reach.sessions].map(count_text);
            let client = &reach.client;
            format!("{client} (users: {users}, sessions: {sessions}{more})")
        };
        self.ended.iter().map(line).collect()
    }

    fn token_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for change in &self.tokens {
            let client = change.client.as_ref().map(ToString::to_string);
            let client = client.unwrap_or_else(|| "any client".to_owned());
            lines.push(format!("{client} (users: {})", change.users));
            let members = change.members.iter().take(MAX_MEMBERS);
            lines.extend(members.map(|(name, (before, after))| {
                format!("  {name}: {} → {}", value(before), value(after))
            }));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
