//! Own texts of the operator, which replace texts of the catalogs. They have the same form: `de.ftl`
//! contains messages in German with the keys of the catalogs.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::catalog;
use super::lang::Lang;

/// A text that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct OwnTextError {
    pub file: String,
    pub line: usize,
    pub problem: String,
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

fn language(file: &str) -> Option<Lang> {
    let code = file.strip_suffix(".ftl")?;
    Lang::from_tag(code).filter(|lang| lang.code() == code)
}

/// Returns the variables of each message of the English catalog.
fn known() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let files = catalog::files(Lang::En).iter();
    let entries = files.flat_map(|file| entries(file));
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
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let file = ("de.ftl".to_owned(), text.to_owned());
        let errors = OwnTexts::parse(vec![file]).err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unknown_keys_and_variables_are_named_with_line() {
        for (text, expected) in [
            (
                "# Ours\nlogin-titel = Hallo\n",
                "de.ftl:2: the key \"login-titel\" is unknown; the nearest is \"login-title\"",
            ),
            (
                "mail-greeting = Hallo { $nmae }\n",
                "de.ftl:1: the variable $nmae is unknown; the nearest is $name",
            ),
            (
                "help = { $name }\n",
                "de.ftl:1: the variable $name is unknown; this text has none",
            ),
            ("help = Hilfe\nhelp\n", "de.ftl:"),
        ] {
            let found = problems(text);
            assert!(
                found.iter().any(|found| found.starts_with(expected)),
                "{found:?}"
            );
        }
        let wrong = OwnTexts::parse(vec![("xx.ftl".to_owned(), String::new())]);
        let errors = wrong.unwrap_err();
        assert!(
            errors[0]
                .to_string()
                .starts_with("xx.ftl:1: the name must be LANG.ftl")
        );
    }

    #[test]
    fn known_keys_are_accepted() {
        let text = "help = Hilfe der Bank\nmail-greeting = Guten Tag { $name },\n    liebe Grüße\n";
        assert_eq!(problems(text), Vec::<String>::new());
    }

    #[test]
    fn own_text_replaces_that_of_catalog() {
        let own = "help = Hilfe der Bank\n";
        let bundle = catalog::read(Lang::De, Some(own));
        let text = |key: &str| {
            let pattern = bundle.get_message(key).and_then(|message| message.value());
            let text = bundle.format_pattern(pattern.unwrap(), None, &mut Vec::new());
            text.into_owned()
        };
        assert_eq!(text("help"), "Hilfe der Bank");
        assert_eq!(text("privacy"), "Datenschutz");
    }
}
