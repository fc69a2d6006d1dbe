//! Own templates of messages: files of the operator that replace the layout of all messages, or of
//! one.
//!
//! The file `reset.de.html` is the HTML part of the message `reset` in German; without a language it
//! is for all others, and `all.html` for all messages without an own one. A template contains
//! variables such as `{{ body }}`. A line with a variable that has no value is left out. In the HTML
//! part, values are escaped.

use std::collections::BTreeMap;

use doorward_domain::feature_mail::{self, FeatureMail};
use doorward_i18n::Lang;

use crate::mail_name;

/// Name of the template for all messages.
const ALL: &str = "all";
/// Start of the first line of a text part that sets the subject.
const SUBJECT: &str = "Subject:";

/// The variables of all messages.
const COMMON: [&str; 20] = [
    "accent",
    "asked",
    "body",
    "button",
    "dir",
    "expiry",
    "footer",
    "greeting",
    "imprint_url",
    "issuer",
    "lang",
    "logo",
    "name",
    "otherwise",
    "privacy_url",
    "site",
    "subject",
    "support_url",
    "terms_url",
    "url",
];

/// The part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Text,
    Html,
}

/// The values of the variables of a message. An absent one has no value.
pub type Values = BTreeMap<&'static str, String>;

/// A template that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct TemplateError {
    pub file: String,
    pub line: usize,
    pub problem: String,
}

/// The templates by message, language and part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailTemplates(BTreeMap<Key, Template>);

/// The message, the code of the language, and the part.
type Key = (String, Option<&'static str>, Part);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Template(Vec<Vec<Piece>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
}

impl MailTemplates {
    /// Reads files with their names. Every variable must be known, and the link of a message must be
    /// in both of its parts.
    ///
    /// # Errors
    /// Returns the problems of all files.
    pub fn parse(files: Vec<(String, String)>) -> Result<Self, Vec<TemplateError>> {
        let (mut templates, mut errors) = (BTreeMap::new(), Vec::new());
        for (file, text) in files {
            let read = key(&file).and_then(|key| {
                let template = Template::parse(&text)?;
                template.check(&key.0, key.2)?;
                Ok((key, template))
            });
            match read {
                Ok((key, template)) => drop(templates.insert(key, template)),
                Err((line, problem)) => errors.push(TemplateError {
                    file,
                    line,
                    problem,
                }),
            }
        }
        if errors.is_empty() {
            Ok(Self(templates))
        } else {
            Err(errors)
        }
    }

    fn find(&self, message: &str, lang: Lang, part: Part) -> Option<&Template> {
        let names = [message, ALL].into_iter();
        let mut keys = names
            .flat_map(|name| [Some(lang.code()), None].map(|lang| (name.to_owned(), lang, part)));
        keys.find_map(|key| self.0.get(&key))
    }

    /// Renders a part of a message with its own template; `None` without one.
    pub fn render(&self, message: &str, lang: Lang, part: Part, values: &Values) -> Option<String> {
        let template = self.find(message, lang, part)?;
        let lines = template.0.iter().enumerate();
        let lines = lines.filter(|(number, line)| *number > 0 || !is_subject(line, part));
        let lines = lines.filter_map(|(_, line)| render(line, part, values));
        Some(lines.collect::<Vec<_>>().join("\n") + "\n")
    }

    /// Returns the subject that the text part sets.
    pub fn subject(&self, message: &str, lang: Lang, values: &Values) -> Option<String> {
        let template = self.find(message, lang, Part::Text)?;
        let first = template.0.first()?;
        let line = is_subject(first, Part::Text).then(|| render(first, Part::Text, values))??;
        Some(line.strip_prefix(SUBJECT)?.trim().to_owned())
    }

    /// Returns true if the HTML part of a message has the logo.
    pub fn has_logo(&self, message: &str, lang: Lang) -> bool {
        let template = self.find(message, lang, Part::Html);
        template.is_none_or(|template| template.contains("logo"))
    }
}

impl Template {
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let lines = text.lines().enumerate();
        let lines = lines.map(|(number, line)| pieces(line).map_err(|error| (number + 1, error)));
        lines.collect::<Result<_, _>>().map(Self)
    }

    /// Checks the variables of a message in a part.
    fn check(&self, message: &str, part: Part) -> Result<(), (usize, String)> {
        for (number, line) in self.0.iter().enumerate() {
            for piece in line {
                let Piece::Variable(name) = piece else {
                    continue;
                };
                if name == "logo" && part == Part::Text {
                    let problem = "{{ logo }} is possible in HTML only".to_owned();
                    return Err((number + 1, problem));
                }
                let own = own_variables(message);
                if !COMMON.contains(&name.as_str()) && !own.contains(&name.as_str()) {
                    let known: Vec<&str> = COMMON.into_iter().chain(own).collect();
                    let problem = format!(
                        "the variable {name:?} is unknown; write one of {}",
                        known.join(", ")
                    );
                    return Err((number + 1, problem));
                }
            }
        }
        let missing = |name: &str, reason: &str| {
            let problem = format!("{{{{ {name} }}}} is missing: {reason}");
            (self.0.len().max(1), problem)
        };
        if has_link(message) && !self.contains("url") {
            return Err(missing("url", "without the link, the message is useless"));
        }
        if message == "sign-in-code" && !self.contains("code") && !self.contains("body") {
            return Err(missing("code", "without the code, the message is useless"));
        }
        Ok(())
    }

    fn contains(&self, name: &str) -> bool {
        let mut pieces = self.0.iter().flatten();
        pieces.any(|piece| matches!(piece, Piece::Variable(known) if known == name))
    }
}

/// Returns the message, the language and the part of a file.
fn key(file: &str) -> Result<Key, (usize, String)> {
    let wrong = |problem: String| (1, problem);
    let mut names = file.split('.');
    let message = names.next().unwrap_or_default();
    let (lang, part) = match (names.next(), names.next(), names.next()) {
        (Some(part), None, None) => (None, part),
        (Some(lang), Some(part), None) => (Some(lang), part),
        _ => {
            return Err(wrong(
                "the name must be NAME.html or NAME.LANG.html".to_owned(),
            ));
        }
    };
    let part = match part {
        "html" => Part::Html,
        "txt" => Part::Text,
        _ => return Err(wrong("the name must end with .html or .txt".to_owned())),
    };
    let lang = match lang.map(|code| (code, Lang::from_tag(code))) {
        None => None,
        Some((code, Some(lang))) if lang.code() == code => Some(lang.code()),
        Some((code, _)) => {
            let known: Vec<&str> = Lang::ALL.iter().map(|lang| lang.code()).collect();
            let known = known.join(", ");
            return Err(wrong(format!(
                "the language {code:?} is unknown; write one of {known}"
            )));
        }
    };
    if message != ALL && !mail_name::names().contains(&message) {
        return Err(wrong(format!(
            "there is no message {message:?}; see `doorward mail preview`"
        )));
    }
    Ok((message.to_owned(), lang, part))
}

/// Returns the variables that only one message has.
fn own_variables(message: &str) -> Vec<&'static str> {
    match message {
        "invited" => vec!["organization", "inviter"],
        "approve" => vec!["app"],
        "sign-in-code" => vec!["code"],
        "changed" => vec!["address"],
        "leaving" => vec!["moment"],
        _ => {
            let feature = feature_mail::find(message).into_iter();
            feature.flat_map(FeatureMail::variables).collect()
        }
    }
}

fn has_link(message: &str) -> bool {
    !matches!(message, "switched-off" | "test" | "deleted")
}

fn pieces(mut line: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    while let Some((before, rest)) = line.split_once("{{") {
        let Some((name, after)) = rest.split_once("}}") else {
            return Err("a variable has no end: write {{ name }} in one line".to_owned());
        };
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Variable(name.trim().to_owned()));
        line = after;
    }
    pieces.push(Piece::Text(line.to_owned()));
    Ok(pieces)
}

fn is_subject(line: &[Piece], part: Part) -> bool {
    let is_set = matches!(line.first(), Some(Piece::Text(text)) if text.starts_with(SUBJECT));
    part == Part::Text && is_set
}

/// Renders a line; `None` if one of its variables has no value.
fn render(line: &[Piece], part: Part, values: &Values) -> Option<String> {
    let mut text = String::new();
    for piece in line {
        match piece {
            Piece::Text(fixed) => text.push_str(fixed),
            Piece::Variable(name) => {
                let value = values
                    .get(name.as_str())
                    .filter(|value| !value.is_empty())?;
                // The logo is an element.
                match part {
                    Part::Html if name != "logo" => escape(&mut text, value),
                    _ => text.push_str(value),
                }
            }
        }
    }
    Some(text)
}

fn escape(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => text.push_str("&#38;"),
            '<' => text.push_str("&#60;"),
            '>' => text.push_str("&#62;"),
            '"' => text.push_str("&#34;"),
            '\'' => text.push_str("&#39;"),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests;
