//! Rejects words that comments and documentation do not use: riddles, metaphors and synonyms of the
//! terms of the field.

use std::path::Path;

use crate::{root, shown, sources};

/// Words that no doc comment begins with. A doc comment begins with a verb or a noun phrase.
const FIRST: &[&str] = &[
    "what", "who", "whom", "whose", "whether", "that", "how", "where", "when", "why", "which",
    "one", "it", "its", "nobody", "somebody", "nothing", "the same",
];

/// Words and phrases that no comment, document or help text uses.
const BANNED: &[&str] = &[
    // Pronouns without a noun.
    "somebody",
    "anybody",
    "nobody",
    "everybody",
    "whoever",
    "whomever",
    "whichever",
    "oneself",
    "one's",
    "ours",
    "of ours",
    // Archaic or roundabout.
    "anew",
    "besides",
    "thereof",
    "of its own",
    "for good",
    "good for",
    "of use",
    "of no use",
    "a while",
    "a moment ago",
    "as far as",
    "comes to",
    "came of",
    "none where",
    "where there is",
    "as it is",
    "by itself",
    // Metaphors, and other words for a term of the glossary.
    "wish",
    "wishes",
    "wished",
    "told",
    "tell",
    "tells",
    "promise",
    "promises",
    "promised",
    "letter",
    "letters",
    "stranger",
    "strangers",
    "newcomer",
    "newcomers",
    "journey",
    "journeys",
    "arrival",
    "arrivals",
    "remedy",
    "remedies",
    "rehearse",
    "rehearsed",
    "sweep",
    "sweeps",
    "swept",
    "flaw",
    "flaws",
    "fault",
    "faults",
    "refusal",
    "refusals",
    "verdict",
    "verdicts",
    "stands",
    "burnt",
    "dead",
    "dies",
    "is over",
    "are over",
    "was over",
    "spent",
    "used up",
    "held against",
    "believed",
    "talk",
    "talks",
    "lets in",
    "way in",
    "way out",
    "way back",
    "door",
    "doors",
    "room",
    "rooms",
    "house",
    "houses",
    "chrome",
    "word of",
    "in the name of",
    "leave to",
    "switched on",
    "switched off",
    "second step",
    "proved address",
    "person",
    "persons",
    "people",
];

/// Terms of the field that contain a banned word.
const ALLOWED: &[&str] = &[
    "fault injection",
    "inject faults",
    "injects faults",
    "injected faults",
];

/// Returns the text without code spans, link targets and URLs. Line ends stay.
fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_code, mut in_target) = (false, false);
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if in_target {
            in_target = char != ')' && char != '\n';
        } else if char == '`' {
            in_code = !in_code;
            out.push('`');
        } else if in_code {
            // A code span ends with its paragraph (CommonMark §6.1), so an unpaired backquote hides
            // no more than that.
            in_code = !rest.starts_with("\n\n");
        } else if rest.starts_with("](") {
            in_target = true;
        } else if rest.starts_with("http://") || rest.starts_with("https://") {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest = &rest[end..];
            continue;
        } else {
            out.push(char);
        }
        if char == '\n' && !out.ends_with('\n') {
            out.push('\n');
        }
        rest = &rest[char.len_utf8()..];
    }
    out
}

/// Returns each word in lower case with the index of its line. "user's" counts as "user"; words
/// with a hyphen, an underscore or a backquote at them are names.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text).lines().enumerate() {
        let joined = |char: char| char.is_alphanumeric() || "-_'`’".contains(char);
        for token in line.split(|char| !joined(char)) {
            let token = token.to_lowercase().replace('’', "'");
            let word = match token.strip_suffix("'s") {
                Some(stem) if token != "one's" => stem,
                _ => token.as_str(),
            };
            if !word.is_empty() {
                found.push((number, word.to_owned()));
            }
        }
        // A sentence does not go on behind a line of another kind.
        if line.trim().is_empty() {
            found.push((number, String::new()));
        }
    }
    found
}

/// Returns the banned words in a text with the index of their lines.
fn banned(text: &str) -> Vec<(usize, String)> {
    let words = words(text);
    let at = |start: usize, phrase: &str| {
        let mut parts = phrase.split(' ').zip(words[start..].iter());
        parts.clone().count() == phrase.split(' ').count()
            && parts.all(|(part, (_, word))| part == word)
    };
    let allowed = |index: usize| {
        ALLOWED.iter().any(|phrase| {
            let length = phrase.split(' ').count();
            (index.saturating_sub(length - 1)..=index).any(|start| at(start, phrase))
        })
    };
    let mut found = Vec::new();
    for (index, (line, word)) in words.iter().enumerate() {
        let candidates = BANNED.iter().filter(|it| it.starts_with(word.as_str()));
        for phrase in candidates.filter(|_| !word.is_empty()) {
            if at(index, phrase) && !allowed(index) {
                found.push((*line, (*phrase).to_owned()));
            }
        }
    }
    found
}

/// A comment of a source file: its first line, whether it documents an item, and its text.
struct Comment {
    line: usize,
    is_doc: bool,
    text: String,
}

/// Returns the comments that fill lines of a Rust source. Code blocks in them become empty lines.
fn comments(source: &str) -> Vec<Comment> {
    let mut found: Vec<(usize, &str, Comment)> = Vec::new();
    let mut in_block = false;
    for (number, line) in source.lines().enumerate() {
        let line = line.trim_start();
        let Some(kind) = ["///", "//!", "//"]
            .into_iter()
            .find(|it| line.starts_with(it))
        else {
            in_block = false;
            continue;
        };
        let mut text = line[kind.len()..].trim();
        if text.starts_with("```") {
            in_block = !in_block;
            text = "";
        } else if in_block {
            text = "";
        }
        match found.last_mut() {
            Some((end, of, comment)) if *end + 1 == number && *of == kind => {
                *end = number;
                comment.text.push('\n');
                comment.text.push_str(text);
            }
            _ => {
                let comment = Comment {
                    line: number + 1,
                    is_doc: kind != "//",
                    text: text.to_owned(),
                };
                found.push((number, kind, comment));
            }
        }
    }
    found.into_iter().map(|(_, _, comment)| comment).collect()
}

/// Returns the text of a document; code blocks become empty lines, as do headings of one word, which
/// are names of settings, problem types and the like.
fn document(source: &str) -> String {
    let mut in_block = false;
    let lines = source.lines().map(|line| {
        let fence = line.trim_start().starts_with("```");
        in_block ^= fence;
        let name = line.starts_with('#') && line.split(' ').count() == 2;
        if fence || in_block || name { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the comments of a file whose comments begin with a number sign.
fn number_sign(source: &str) -> String {
    let lines = source.lines().map(|line| {
        let line = line.trim_start();
        line.strip_prefix('#').unwrap_or_default()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns each violation in a file as `path:line: word`.
fn violations(path: &Path) -> Vec<String> {
    let source = std::fs::read_to_string(path).unwrap();
    let displayed = shown(path);
    let texts = match path.extension().and_then(|it| it.to_str()) {
        Some("rs") => comments(&source),
        Some("md") => vec![Comment {
            line: 1,
            is_doc: false,
            text: document(&source),
        }],
        _ => vec![Comment {
            line: 1,
            is_doc: false,
            text: number_sign(&source),
        }],
    };
    let mut found = Vec::new();
    for comment in texts {
        let start = words(&comment.text);
        let start: Vec<&str> = start
            .iter()
            .take(2)
            .map(|(_, word)| word.as_str())
            .collect();
        let start = start.join(" ");
        for first in FIRST.iter().filter(|_| comment.is_doc) {
            if start == *first || start.starts_with(&format!("{first} ")) {
                found.push(format!(
                    "{displayed}:{}: begins with {first:?}",
                    comment.line
                ));
            }
        }
        for (line, word) in banned(&comment.text) {
            found.push(format!("{displayed}:{}: {word:?}", comment.line + line));
        }
    }
    found
}

#[test]
fn comments_and_documents_use_plain_words() {
    let root = root();
    let mut files = Vec::new();
    for directory in ["crates", "docs", "deploy", "migrations", "clients"] {
        files.extend(sources(&root.join(directory), &["rs", "md", "toml"]));
    }
    files.extend(["README.md", "CHANGELOG.md", "Cargo.toml"].map(|name| root.join(name)));
    // This file lists the words.
    files.retain(|path| !path.ends_with("architecture/language.rs"));
    assert!(files.len() > 1000, "only {} files", files.len());
    let found: Vec<String> = files.iter().flat_map(|path| violations(path)).collect();
    assert!(
        found.is_empty(),
        "{} places use other words than the glossary:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn recognizes_banned_words() {
    for (text, expected) in [
        ("A person signs in.", vec!["person"]),
        ("The person's\nown room", vec!["person", "room"]),
        ("The code is\nused up.", vec!["used up"]),
        (
            "`person` and [a room](../person.md) https://door.example/room",
            vec!["room"],
        ),
        ("fault injection and a fault", vec!["fault"]),
        ("a personal-data page, door-to-door, `a\nroom`", vec![]),
        ("one's, ours", vec!["one's", "ours"]),
        ("an unpaired ` in a paragraph\n\nand a room", vec!["room"]),
    ] {
        let found: Vec<String> = banned(text).into_iter().map(|(_, word)| word).collect();
        assert_eq!(found, expected, "{text}");
    }
    let source =
        "/// What it is.\nfn a() {}\n// Why not.\n/// Returns a.\n/// ```\n/// a person\n/// ```\n";
    let kinds: Vec<(usize, bool)> = comments(source)
        .iter()
        .map(|it| (it.line, it.is_doc))
        .collect();
    assert_eq!(kinds, [(1, true), (3, false), (4, true)]);
    assert!(
        comments(source)
            .iter()
            .all(|it| banned(&it.text).is_empty())
    );
}
