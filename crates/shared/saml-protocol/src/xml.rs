//! Reads XML of other programs, within limits. It has no document type, no entities and no processing
//! instructions, and a value is one text: a comment or an element inside it is rejected, because programs differ in
//! what they take for the value then.

use std::fmt::Display;

use doorward_domain::time::{UnixSeconds, from_rfc3339};
use roxmltree::{Document, Error, Node, ParsingOptions};

use crate::error::{MessageError, Result, malformed};

#[cfg(test)]
mod tests;

/// Maximum size of a message in bytes, after it was inflated.
pub const MAX_MESSAGE: usize = 64 * 1024;
const MAX_DEPTH: usize = 32;
/// Elements, texts and comments.
const MAX_NODES: u32 = 6_000;
/// The parser compares each attribute of an element with all others, and copies the declarations of the parent.
const MAX_ATTRIBUTES: usize = 64;
const MAX_DECLARATIONS: usize = 256;
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

fn unfit<T>(problem: impl Display) -> Result<T> {
    malformed(format!("the document {problem}"))
}

/// Reads a document of at most `limit` bytes.
pub fn parse(document: &[u8], limit: usize) -> Result<Document<'_>> {
    if document.len() > limit {
        return unfit(format_args!("has more than {limit} bytes"));
    }
    let text = std::str::from_utf8(document).or_else(|_| unfit("is not UTF-8"))?;
    check_source(text)?;
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let parsed = Document::parse_with_options(text, options).or_else(|error| match error {
        Error::DtdDetected => unfit("has a document type declaration"),
        Error::UnknownEntityReference(..) => unfit(format_args!("has an entity: {error}")),
        Error::UnexpectedDeclaration(_) => unfit("has a processing instruction"),
        Error::NodesLimitReached => unfit(format_args!("has more than {MAX_NODES} parts")),
        other => unfit(format_args!("is not well-formed: {other}")),
    })?;
    parsed.descendants().try_for_each(check)?;
    Ok(parsed)
}

/// Checks what the tree does not show, or what the parser needs too much time for.
fn check_source(text: &str) -> Result<()> {
    let start = text.trim_start_matches('\u{feff}');
    let declared = start
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"));
    let declared = declared.map(|(declared, _)| declared.to_ascii_lowercase().replace('\'', "\""));
    if let Some(declared) = declared
        && (!declared.contains("\"1.0\"")
            || (declared.contains("encoding") && !declared.contains("\"utf-8\"")))
    {
        return unfit("is not XML 1.0 in UTF-8");
    }
    if text.contains("<![CDATA[") {
        return unfit("has a CDATA section");
    }
    let tags = text.split('<').filter(|tag| !tag.starts_with("!--"));
    let attributes = tags.map(|tag| tag.matches('=').count()).max();
    let declarations = text.matches("xmlns").count();
    if attributes > Some(MAX_ATTRIBUTES) || declarations > MAX_DECLARATIONS {
        return unfit("has too many attributes");
    }
    Ok(())
}

fn check(node: Node<'_, '_>) -> Result<()> {
    if node.is_pi() {
        return unfit("has a processing instruction");
    }
    if !node.is_element() {
        return Ok(());
    }
    // Those of an element are itself, the elements above it, and the document.
    if node.ancestors().take(MAX_DEPTH + 2).count() > MAX_DEPTH + 1 {
        return unfit(format_args!("has more than {MAX_DEPTH} levels"));
    }
    let mut texts = node.children().filter(Node::is_text);
    let is_value = texts.any(|child| {
        !child
            .text()
            .unwrap_or_default()
            .trim_matches(SPACE)
            .is_empty()
    });
    let Some(other) = node.children().find(|child| is_value && !child.is_text()) else {
        return Ok(());
    };
    let part = if other.is_comment() {
        "a comment"
    } else {
        "an element"
    };
    let name = node.tag_name().name();
    unfit(format_args!("has {part} inside the value of {name}"))
}

/// An element. Attributes with a namespace are not read: none of SAML has one.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a>(Node<'a, 'a>);

impl<'a> Element<'a> {
    pub fn root(document: &'a Document<'_>) -> Self {
        Self(document.root_element())
    }

    pub fn is(self, namespace: &str, name: &str) -> bool {
        self.0.has_tag_name((namespace, name))
    }

    /// Returns a name for messages: `AuthnRequest`, or the namespace with it if it is another one.
    pub fn named(self, namespace: &str) -> String {
        let name = self.0.tag_name();
        match name.namespace() {
            Some(known) if known == namespace => name.name().to_owned(),
            other => format!("{{{}}}{}", other.unwrap_or_default(), name.name()),
        }
    }

    pub fn attribute(self, name: &str) -> Option<&'a str> {
        let mut found = self.0.attributes();
        let found = found.find(|own| own.namespace().is_none() && own.name() == name);
        found.map(|own| own.value())
    }

    /// Returns an attribute that must have a value.
    pub fn required(self, name: &'static str) -> Result<&'a str> {
        let value = self.attribute(name).filter(|value| !value.is_empty());
        value.ok_or(MessageError::Missing(name))
    }

    pub fn boolean(self, name: &'static str) -> Result<bool> {
        let value = self.read(name, "true or false", |text| match text {
            "false" | "0" => Some(false),
            "true" | "1" => Some(true),
            _ => None,
        });
        Ok(value?.unwrap_or(false))
    }

    pub fn time(self, name: &'static str) -> Result<Option<UnixSeconds>> {
        self.read(name, "a time such as 2026-11-30T12:00:00Z", from_rfc3339)
    }

    /// Reads an attribute, if there is one.
    pub fn read<T>(
        self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let value = self.attribute(name);
        let wrong = |text| MessageError::differs(name, expected, text);
        value
            .map(|text| read(text).ok_or_else(|| wrong(text)))
            .transpose()
    }

    pub fn number(self, name: &'static str) -> Result<Option<u16>> {
        self.read(name, "a number", |text| text.parse().ok())
    }

    /// Returns the text of the element without the white space around it.
    pub fn value(self) -> &'a str {
        self.0.text().unwrap_or_default().trim_matches(SPACE)
    }

    pub fn all(self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = Self> {
        let children = self.0.children().map(Self);
        children.filter(move |child| child.is(namespace, name))
    }

    /// Returns the only child with this name.
    ///
    /// # Errors
    /// Returns an error if there are several, of which programs could take different ones.
    pub fn only(self, namespace: &str, name: &str) -> Result<Option<Self>> {
        let children = self.0.children().map(Self);
        let mut found = children.filter(|child| child.is(namespace, name));
        match (found.next(), found.next()) {
            (_, Some(_)) => unfit(format_args!("has several {name}")),
            (first, None) => Ok(first),
        }
    }

    /// Returns the only child with this name, which must exist.
    pub fn child(self, namespace: &str, name: &'static str) -> Result<Self> {
        self.only(namespace, name)?
            .ok_or(MessageError::Missing(name))
    }
}

/// Returns true for a character of XML 1.0 (§2.2).
pub const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
