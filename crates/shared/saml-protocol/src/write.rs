//! Writes XML in its exclusive canonical form (Exclusive XML Canonicalization 1.0): what is signed is what is
//! sent. Each element declares the prefixes that it uses and that are not declared above it, its attributes are
//! sorted, and nothing is left to a parser: no empty elements, no comments, no white space.

use crate::names::{ASSERTION, ENCRYPTION, METADATA, PROTOCOL, SIGNATURE};
use crate::xml::is_allowed;

#[cfg(test)]
mod tests;

/// The prefixes of all documents, in the order of their declarations.
const PREFIXES: [(&str, &str); 5] = [
    ("ds", SIGNATURE),
    ("md", METADATA),
    ("saml", ASSERTION),
    ("samlp", PROTOCOL),
    ("xenc", ENCRYPTION),
];

/// An element with a prefix of [`PREFIXES`]. Its attributes have none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Child>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Child {
    Node(Node),
    Text(String),
}

impl Node {
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    #[must_use]
    pub fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Child::Node(child));
        self
    }

    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Child::Node));
        self
    }

    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    /// Inserts a child at a position.
    pub fn insert(&mut self, at: usize, child: Self) {
        self.children.insert(at, Child::Node(child));
    }

    /// Returns the canonical form of the element as the root of a document.
    pub fn canonical(&self) -> String {
        let mut out = String::with_capacity(4096);
        self.write(&mut out, &mut Vec::new());
        out
    }

    fn prefix(&self) -> &'static str {
        self.name.split(':').next().unwrap_or_default()
    }

    fn write(&self, out: &mut String, declared: &mut Vec<&'static str>) {
        let prefix = self.prefix();
        out.push('<');
        out.push_str(self.name);
        let is_new = !declared.contains(&prefix);
        if is_new {
            declared.push(prefix);
            let known = PREFIXES.iter().find(|(known, _)| *known == prefix);
            let namespace = known.map_or("", |(_, namespace)| namespace);
            write_attribute(out, &["xmlns:", prefix], namespace);
        }
        let mut attributes: Vec<&(&'static str, String)> = self.attributes.iter().collect();
        attributes.sort_by_key(|(name, _)| *name);
        for (name, value) in attributes {
            write_attribute(out, &[name], value);
        }
        out.push('>');
        for child in &self.children {
            match child {
                Child::Node(node) => node.write(out, declared),
                Child::Text(text) => escape(out, text, &IN_TEXTS),
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
        if is_new {
            declared.pop();
        }
    }
}

fn write_attribute(out: &mut String, name: &[&str], value: &str) {
    out.push(' ');
    for part in name {
        out.push_str(part);
    }
    out.push_str("=\"");
    escape(out, value, &IN_ATTRIBUTES);
    out.push('"');
}

const IN_ATTRIBUTES: [(char, &str); 6] = [
    ('&', "&amp;"),
    ('<', "&lt;"),
    ('"', "&quot;"),
    ('\t', "&#x9;"),
    ('\n', "&#xA;"),
    ('\r', "&#xD;"),
];
const IN_TEXTS: [(char, &str); 4] = [
    ('&', "&amp;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('\r', "&#xD;"),
];

fn escape(out: &mut String, text: &str, escapes: &[(char, &str)]) {
    for character in text.chars().map(printable) {
        match escapes.iter().find(|(known, _)| *known == character) {
            Some((_, escaped)) => out.push_str(escaped),
            None => out.push(character),
        }
    }
}

/// Replaces a character that XML cannot contain in any spelling.
const fn printable(character: char) -> char {
    if is_allowed(character) {
        character
    } else {
        '\u{fffd}'
    }
}
