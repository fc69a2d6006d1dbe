//! Reads XML of other programs into a small tree, within limits. It has no document type, no entities and no
//! processing instructions, and a value is one text: a comment or an element inside it is rejected, because
//! programs differ in what they take for the value then.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;

#[cfg(test)]
mod tests;

/// Maximum size of a message in bytes, after it was inflated.
pub const MAX_MESSAGE: usize = 64 * 1024;
const MAX_DEPTH: usize = 32;
const MAX_ELEMENTS: usize = 2_000;
const MAX_DECLARATIONS: usize = 32;

#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum XmlError {
    #[error("the document has more than {0} bytes")]
    TooLarge(usize),
    #[error("the document is not UTF-8")]
    Encoding,
    #[error("the document has a character that XML does not allow")]
    Character,
    #[error("the document has a document type declaration")]
    DocumentType,
    #[error("the document has the entity &{0};")]
    Entity(String),
    #[error("the document has a processing instruction")]
    Instruction,
    #[error("the document has a CDATA section")]
    CData,
    #[error("the value of {0} has a comment inside")]
    Comment(String),
    #[error("the value of {0} has an element inside")]
    Mixed(String),
    #[error("the document has more than {MAX_DEPTH} levels")]
    Depth,
    #[error("the document has more than {MAX_ELEMENTS} elements")]
    Elements,
    #[error("the document is not well-formed: {0}")]
    Malformed(String),
}

/// An element. Attributes with a namespace are not kept: none of SAML has one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Element {
    pub namespace: String,
    pub name: String,
    attributes: Vec<(String, String)>,
    pub children: Vec<Self>,
    text: String,
    has_comment: bool,
}

impl Element {
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// Returns the value of an attribute without a namespace, as it was written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the text of the element without the white space around it.
    pub fn value(&self) -> &str {
        self.text.trim_matches([' ', '\t', '\r', '\n'])
    }

    pub fn all<'a>(&'a self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children
            .iter()
            .filter(move |child| child.is(namespace, name))
    }

    /// Returns the only child with this name.
    ///
    /// # Errors
    /// Returns [`XmlError::Malformed`] if there are several, of which programs could take different ones.
    pub fn only(&self, namespace: &str, name: &str) -> Result<Option<&Self>, XmlError> {
        let mut found = self
            .children
            .iter()
            .filter(|child| child.is(namespace, name));
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(malformed(format!("{} has several {name}", self.name))),
            (first, None) => Ok(first),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn malformed(error: impl ToString) -> XmlError {
    XmlError::Malformed(error.to_string())
}

/// Reads a document of at most `limit` bytes.
pub fn parse(document: &[u8], limit: usize) -> Result<Element, XmlError> {
    if document.len() > limit {
        return Err(XmlError::TooLarge(limit));
    }
    let text = std::str::from_utf8(document).map_err(|_| XmlError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.chars().all(is_allowed) {
        return Err(XmlError::Character);
    }
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    config.check_comments = true;
    config.expand_empty_elements = true;
    let resolver = reader.resolver_mut();
    resolver.set_max_declarations_per_element(MAX_DECLARATIONS);
    let mut tree = Tree::default();
    let mut is_first = true;
    loop {
        let event = reader.read_event().map_err(malformed)?;
        match event {
            Event::Start(tag) => tree.open(element(&tag, reader.resolver())?)?,
            Event::Empty(_) => return Err(malformed("an empty element")),
            Event::End(_) => tree.close()?,
            Event::Text(text) => tree.text(&text.xml10_content().map_err(malformed)?)?,
            Event::GeneralRef(reference) => tree.text(&resolve(&reference)?)?,
            Event::Comment(_) => tree.comment(),
            Event::Decl(declared) if is_first => check_declaration(&declared)?,
            Event::Decl(_) | Event::PI(_) => return Err(XmlError::Instruction),
            Event::CData(_) => return Err(XmlError::CData),
            Event::DocType(_) => return Err(XmlError::DocumentType),
            Event::Eof => return tree.finish(),
        }
        is_first = false;
    }
}

/// Returns true for a character of XML 1.0 (§2.2).
pub const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn check_declaration(declared: &BytesDecl<'_>) -> Result<(), XmlError> {
    if declared.version().map_err(malformed)?.as_ref() != b"1.0" {
        return Err(malformed("the version of XML is not 1.0"));
    }
    match declared.encoding() {
        None => Ok(()),
        Some(Ok(name)) if name.eq_ignore_ascii_case(b"utf-8") => Ok(()),
        Some(_) => Err(XmlError::Encoding),
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, XmlError> {
    if let Some(character) = reference.resolve_char_ref().map_err(malformed)? {
        return allowed(character.to_string());
    }
    let name = reference.decode().map_err(malformed)?;
    let known = resolve_predefined_entity(&name).map(str::to_owned);
    known.ok_or_else(|| XmlError::Entity(name.chars().take(40).collect()))
}

fn allowed(text: String) -> Result<String, XmlError> {
    if text.chars().all(is_allowed) {
        Ok(text)
    } else {
        Err(XmlError::Character)
    }
}

fn element(tag: &BytesStart<'_>, resolver: &NamespaceResolver) -> Result<Element, XmlError> {
    let (namespace, name) = resolver.resolve_element(tag.name());
    let mut element = Element {
        namespace: namespace_text(&namespace)?,
        name: utf8(name.as_ref())?,
        ..Element::default()
    };
    let mut seen = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(malformed)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        if attribute.value.contains(&b'<') {
            return Err(malformed("an attribute contains <"));
        }
        let (namespace, name) = resolver.resolve_attribute(attribute.key);
        let full = (namespace_text(&namespace)?, utf8(name.as_ref())?);
        // Two prefixes of one namespace give one attribute twice.
        if seen.contains(&full) {
            return Err(malformed(format!("the attribute {} is repeated", full.1)));
        }
        if full.0.is_empty() {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            let value = allowed(value.map_err(entity_or_malformed)?.into_owned())?;
            element.attributes.push((full.1.clone(), value));
        }
        seen.push(full);
    }
    Ok(element)
}

fn entity_or_malformed(error: quick_xml::Error) -> XmlError {
    use quick_xml::escape::EscapeError;
    match error {
        quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => {
            XmlError::Entity(name.chars().take(40).collect())
        }
        other => malformed(other),
    }
}

fn namespace_text(namespace: &ResolveResult<'_>) -> Result<String, XmlError> {
    match namespace {
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Bound(Namespace(text)) => utf8(text),
        ResolveResult::Unknown(prefix) => Err(malformed(format!(
            "the prefix {} has no namespace",
            String::from_utf8_lossy(prefix)
        ))),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, XmlError> {
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    Ok(text.to_owned())
}

#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
}

impl Tree {
    fn open(&mut self, element: Element) -> Result<(), XmlError> {
        self.count += 1;
        if self.root.is_some() {
            return Err(malformed("a second element follows the first"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(XmlError::Depth);
        }
        if self.count > MAX_ELEMENTS {
            return Err(XmlError::Elements);
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        let closed = self.open.pop();
        let closed = closed.ok_or_else(|| malformed("an element ends that did not begin"))?;
        if !closed.value().is_empty() {
            if closed.has_comment {
                return Err(XmlError::Comment(closed.name));
            }
            if !closed.children.is_empty() {
                return Err(XmlError::Mixed(closed.name));
            }
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => self.root = Some(closed),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), XmlError> {
        let space = |character: char| matches!(character, ' ' | '\t' | '\r' | '\n');
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.chars().all(space) => {}
            None => return Err(malformed("text outside of the element")),
        }
        Ok(())
    }

    fn comment(&mut self) {
        if let Some(element) = self.open.last_mut() {
            element.has_comment = true;
        }
    }

    fn finish(self) -> Result<Element, XmlError> {
        match (self.open.last(), self.root) {
            (None, Some(root)) => Ok(root),
            (Some(open), _) => Err(malformed(format!("{} does not end", open.name))),
            (None, None) => Err(malformed("there is no element")),
        }
    }
}

/// Returns a name for messages: `AuthnRequest`, or the namespace with it if it is another one.
pub fn named(element: &Element, namespace: &str) -> Cow<'static, str> {
    if element.namespace == namespace {
        Cow::Owned(element.name.clone())
    } else {
        Cow::Owned(format!("{{{}}}{}", element.namespace, element.name))
    }
}
