//! Own texts of the operator, which replace texts of the catalogs. They have the same form: `de.ftl`
//! contains messages in German with the keys of the catalogs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fluent_bundle::{FluentArgs, FluentResource};

use doorward_protocol::displayed_text;

use super::catalog;
use super::lang::Lang;

mod author;

pub use author::{TextAuthor, author};

/// A text that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct OwnTextError {
    pub file: String,
    pub line: usize,
    pub problem: String,
}

/// Maximum length of a stored text, in characters.
pub const MAX_CHARS: usize = 2_000;

/// Maximum length of a text that an administrator without the role `admin` writes, in characters. More
/// would be a message of theirs, in place of a greeting.
pub const MAX_BRAND_CHARS: usize = 100;

/// A stored text that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("is not the key of a text of pages or messages; the nearest is {nearest:?}")]
    UnknownKey { nearest: &'static str },
    #[error("is a text that cannot be replaced: users decide by it")]
    Fixed,
    #[error("{0}")]
    Text(String),
}

impl TextError {
    /// Returns the name of the value that is wrong.
    pub const fn member(&self) -> &'static str {
        match self {
            Self::UnknownKey { .. } | Self::Fixed => "key",
            Self::Text(_) => "text",
        }
    }
}

/// A text of the catalogs that an own text can replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditableText {
    pub key: &'static str,
    /// Name of its file, such as `sign-in` or `mail`.
    pub area: &'static str,
    pub author: TextAuthor,
    /// Pattern of the English text.
    pub english: String,
    /// Pattern of the text in the language.
    pub translation: String,
    /// Names of the variables that it may have, without `$`.
    pub variables: Vec<&'static str>,
}

/// Returns the texts of pages and messages of a language in the order of the catalogs: those that
/// contain the words in key or text, ignoring case. Texts of the console, and those that cannot be
/// replaced, are not among them.
pub fn editable(lang: Lang, search: &str) -> Vec<EditableText> {
    let search = search.trim().to_lowercase();
    let translated = catalog::files(lang);
    let translated: BTreeMap<&str, String> = translated
        .flat_map(|(_, file)| patterns(file))
        .map(|(entry, pattern)| (entry.key, pattern))
        .collect();
    let files = catalog::files(Lang::En);
    let files = files.filter(|(area, _)| is_editable(area));
    files
        .flat_map(|(area, file)| patterns(file).map(move |found| (area, found)))
        .map(|(area, (entry, english))| EditableText {
            key: entry.key,
            area,
            author: author(entry.key),
            translation: translated
                .get(entry.key)
                .cloned()
                .unwrap_or_else(|| english.clone()),
            english,
            variables: entry.variables.into_iter().collect(),
        })
        .filter(|text| text.author != TextAuthor::Nobody)
        .filter(|text| {
            let parts = [text.key, text.english.as_str(), text.translation.as_str()];
            parts
                .iter()
                .any(|part| part.to_lowercase().contains(&search))
        })
        .collect()
}

/// Checks a stored text: its key, its variables, and that it is the pattern of one message. Returns it
/// with uniform line ends.
///
/// # Errors
/// Returns the wrong value.
pub fn check_text(key: &str, text: &str) -> Result<String, TextError> {
    let known = known_of_users();
    let Some(variables) = known.get(key) else {
        let nearest = nearest(key, known.keys().copied());
        return Err(TextError::UnknownKey { nearest });
    };
    if author(key) == TextAuthor::Nobody {
        return Err(TextError::Fixed);
    }
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let message = compose(key, &text).map_err(|problem| TextError::Text(problem.to_owned()))?;
    if let Some((_, problem)) = check(&message, known).into_iter().next() {
        return Err(TextError::Text(problem));
    }
    let is_formatted = FluentResource::try_new(message).is_ok_and(|message| {
        let mut bundle = catalog::empty(Lang::En);
        let values: FluentArgs<'_> = variables.iter().map(|name| (*name, *name)).collect();
        bundle.add_resource(message).is_ok() && catalog::format(&bundle, key, Some(&values)).is_ok()
    });
    if is_formatted {
        Ok(text)
    } else {
        let problem = "may contain variables, but no other messages, terms and functions";
        Err(TextError::Text(problem.to_owned()))
    }
}

/// Returns the source of the message with this key and pattern.
///
/// # Errors
/// Returns the reason why the pattern is empty, or would be more than one message.
pub(super) fn compose(key: &str, pattern: &str) -> Result<String, &'static str> {
    if pattern.trim().is_empty() {
        return Err("must not be empty");
    }
    check_characters(pattern)?;
    // In Project Fluent such a line begins an attribute.
    if pattern.lines().any(|line| line.trim().starts_with('.')) {
        return Err("must not have a line that begins with a period");
    }
    // An indented line continues a message, and never begins one.
    Ok(format!("{key} = {}\n", pattern.replace('\n', "\n    ")))
}

/// Checks that a text hides and imitates nothing. In strings of Project Fluent, only marks of the writing
/// direction may be escaped, which lines in Arabic need.
fn check_characters(pattern: &str) -> Result<(), &'static str> {
    let plain = [r"\u200E", r"\u200F"]
        .into_iter()
        .fold(pattern.to_owned(), |text, mark| text.replace(mark, ""));
    if plain.contains('\\') {
        return Err("must not contain a backslash; write each character itself");
    }
    displayed_text::check_text(&plain, true).map_err(|_| {
        "must not contain control, invisible and direction characters, heaps of accents, or an imitation \
         of the name of this product"
    })
}

/// Checks a text that an administrator without the role `admin` writes: one short line without an
/// address, where a user could follow it.
///
/// # Errors
/// Returns the reason.
pub fn check_brand_text(text: &str) -> Result<(), String> {
    if text.contains('\n') || text.chars().count() > MAX_BRAND_CHARS {
        return Err(format!(
            "must be one line of at most {MAX_BRAND_CHARS} characters, unless the role admin writes it"
        ));
    }
    let is_address = |word: &str| {
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
        inner.contains(['.', '@', '/', ':'])
    };
    if text.split_whitespace().any(is_address) || text.contains('"') {
        return Err("must not contain an address, unless the role admin writes it".to_owned());
    }
    Ok(())
}

fn is_editable(area: &str) -> bool {
    !area.starts_with("console")
}

/// Returns the messages of a catalog, each with its pattern.
fn patterns(file: &'static str) -> impl Iterator<Item = (Entry<'static>, String)> {
    let lines: Vec<&str> = file.lines().collect();
    entries(file).into_iter().map(move |entry| {
        let (_, first) = lines[entry.line - 1].split_once('=').unwrap_or_default();
        let next = lines[entry.line..].iter();
        let next = next.take_while(|line| line.is_empty() || line.starts_with([' ', '}']));
        let all = std::iter::once(first.trim()).chain(next.map(|line| dedent(line)));
        let pattern = all.collect::<Vec<&str>>().join("\n").trim().to_owned();
        (entry, pattern)
    })
}

/// Removes the indentation that continues a message.
fn dedent(line: &str) -> &str {
    line.strip_prefix("    ")
        .unwrap_or_else(|| line.trim_start())
}

/// The texts by language, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTexts(BTreeMap<&'static str, String>);

/// A message of a file: its key, its line, and its variables.
struct Entry<'a> {
    key: &'a str,
    line: usize,
    variables: BTreeSet<&'a str>,
}

impl OwnTexts {
    /// Reads files with their names. Each key must be one of the catalogs, with no other variables.
    ///
    /// # Errors
    /// Returns the problems of all files.
    pub fn parse(files: Vec<(String, String)>) -> Result<Self, Vec<OwnTextError>> {
        let known = known();
        let (mut texts, mut errors) = (BTreeMap::new(), Vec::new());
        for (file, text) in files {
            let mut problems = Vec::new();
            match language(&file) {
                None => {
                    let codes: Vec<&str> = Lang::ALL.iter().map(|lang| lang.code()).collect();
                    let codes = codes.join(", ");
                    problems.push((1, format!("the name must be LANG.ftl, with one of {codes}")));
                }
                Some(lang) => {
                    problems = check(&text, &known);
                    problems.extend(check_lines(&text));
                    texts.insert(lang.code(), text);
                }
            }
            errors.extend(problems.into_iter().map(|(line, problem)| OwnTextError {
                file: file.clone(),
                line,
                problem,
            }));
        }
        if errors.is_empty() {
            Ok(Self(texts))
        } else {
            Err(errors)
        }
    }

    /// Uses the texts in this process. Call it before the first text is written.
    pub fn install(self) {
        catalog::replace(self.0);
    }
}

/// Returns the lines with characters that a text must not have.
fn check_lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let lines = text.lines().enumerate();
    let written = lines.filter(|(_, line)| !line.starts_with('#'));
    written.filter_map(|(number, line)| {
        let problem = check_characters(line).err()?;
        Some((number + 1, problem.to_owned()))
    })
}

fn language(file: &str) -> Option<Lang> {
    let code = file.strip_suffix(".ftl")?;
    Lang::from_tag(code).filter(|lang| lang.code() == code)
}

/// Returns the variables of each English message that a stored text can replace.
fn known_of_users() -> &'static BTreeMap<&'static str, BTreeSet<&'static str>> {
    static KNOWN: OnceLock<BTreeMap<&'static str, BTreeSet<&'static str>>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let files = catalog::files(Lang::En);
        let files = files.filter(|(area, _)| is_editable(area));
        let entries = files.flat_map(|(_, file)| entries(file));
        entries.map(|entry| (entry.key, entry.variables)).collect()
    })
}

/// Returns the variables of each message of the English catalog.
fn known() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let files = catalog::files(Lang::En);
    let entries = files.flat_map(|(_, file)| entries(file));
    entries.map(|entry| (entry.key, entry.variables)).collect()
}

fn check(
    text: &str,
    known: &BTreeMap<&'static str, BTreeSet<&'static str>>,
) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
        problems.extend(errors.iter().map(|error| {
            let before = text.get(..error.pos.start).unwrap_or(text);
            (
                before.lines().count().max(1),
                format!("not a message: {error}"),
            )
        }));
    }
    for entry in entries(text) {
        if author(entry.key) == TextAuthor::Nobody && known_of_users().contains_key(entry.key) {
            problems.push((entry.line, format!("{:?} {}", entry.key, TextError::Fixed)));
            continue;
        }
        let Some(variables) = known.get(entry.key) else {
            let near = nearest(entry.key, known.keys().copied());
            let problem = format!(
                "the key {:?} is unknown; the nearest is {near:?}",
                entry.key
            );
            problems.push((entry.line, problem));
            continue;
        };
        for name in entry.variables.difference(variables) {
            let problem = if variables.is_empty() {
                format!("the variable ${name} is unknown; this text has none")
            } else {
                let near = nearest(name, variables.iter().copied());
                format!("the variable ${name} is unknown; the nearest is ${near}")
            };
            problems.push((entry.line, problem));
        }
    }
    problems
}

/// Returns the messages of a file. Lines that begin with a space continue one.
fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (key, _) = line.split_once('=').unwrap_or((line, ""));
            entries.push(Entry {
                key: key.trim(),
                line: number + 1,
                variables: BTreeSet::new(),
            });
        } else if line.starts_with('#') {
            continue;
        }
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let variables = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            &rest[..end]
        });
        if let Some(entry) = entries.last_mut() {
            entry
                .variables
                .extend(variables.filter(|name| !name.is_empty()));
        }
    }
    entries
}

fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let distance = |name: &&str| strsim::damerau_levenshtein(written, name);
    known.min_by_key(distance).unwrap_or_default()
}

#[cfg(test)]
mod tests;
