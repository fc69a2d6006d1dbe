//! Distinguished names (RFC 4514): read, compared by their parts, and written with escapes.

use std::fmt::{self, Write as _};

/// Maximum length of a name in bytes.
const MAX_LEN: usize = 2_000;
/// Maximum number of parts.
const MAX_PARTS: usize = 20;

/// A part of a name: an attribute and its value. Parts with several attributes (`+`) are not read: no name here
/// has one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// In lower case.
    pub attribute: String,
    pub value: String,
}

impl Part {
    fn matches(&self, other: &Self) -> bool {
        self.attribute == other.attribute && normal(&self.value) == normal(&other.value)
    }
}

/// A distinguished name, its own part first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dn(Vec<Part>);

/// Returns a value as `caseIgnoreMatch` compares it (RFC 4518): without case, outer spaces and repeated spaces.
pub fn normal(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for word in value.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(word.chars().flat_map(char::to_lowercase));
    }
    text
}

impl Dn {
    /// Reads a name; returns `None` if it is malformed or too long.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        let mut parts = Vec::new();
        let mut rest = text.trim_start_matches(' ');
        while !rest.is_empty() {
            let (attribute, value) = rest.split_once('=')?;
            let attribute = attribute.trim_matches(' ');
            if !is_attribute(attribute) || parts.len() == MAX_PARTS {
                return None;
            }
            let (value, after) = read_value(value)?;
            parts.push(Part {
                attribute: attribute.to_ascii_lowercase(),
                value,
            });
            match after {
                None => break,
                // A separator without a part behind it.
                Some(after) if after.trim_matches(' ').is_empty() => return None,
                Some(after) => rest = after.trim_start_matches(' '),
            }
        }
        Some(Self(parts))
    }

    /// Returns the name of an entry directly below this one.
    #[must_use]
    pub fn child(&self, attribute: &str, value: &str) -> Self {
        let mut parts = vec![Part {
            attribute: attribute.to_ascii_lowercase(),
            value: value.to_owned(),
        }];
        parts.extend(self.0.iter().cloned());
        Self(parts)
    }

    pub fn first(&self) -> Option<&Part> {
        self.0.first()
    }

    pub const fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_first()?;
        Some(Self(above.to_vec()))
    }

    /// Returns true if both name the same entry.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.ends_with(other)
    }

    /// Returns true if this name is that of the other entry, or is below it.
    pub fn ends_with(&self, other: &Self) -> bool {
        let Some(skipped) = self.0.len().checked_sub(other.0.len()) else {
            return false;
        };
        let own = &self.0[skipped..];
        own.iter()
            .zip(&other.0)
            .all(|(own, other)| own.matches(other))
    }
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_char(',')?;
            }
            write!(f, "{}={}", part.attribute, escape(&part.value))?;
        }
        Ok(())
    }
}

/// Returns true for a descriptor or an OID (RFC 4512 §1.4).
fn is_attribute(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    text.bytes().all(is_plain)
        && text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// Reads a value up to the next separator. Returns it with the text behind the separator, `None` at the end.
fn read_value(text: &str) -> Option<(String, Option<&str>)> {
    let text = text.trim_start_matches(' ');
    // A value in BER would be compared by its bytes.
    if text.starts_with('#') {
        return None;
    }
    let mut bytes = Vec::new();
    // Length up to the last character that is no unescaped space.
    let mut kept = 0;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ',' | ';' => {
                bytes.truncate(kept);
                return Some((String::from_utf8(bytes).ok()?, Some(&text[at + 1..])));
            }
            '\\' => {
                let (_, escaped) = chars.next()?;
                match escaped.to_digit(16) {
                    Some(high) => {
                        let low = chars.next()?.1.to_digit(16)?;
                        bytes.push(u8::try_from(high * 16 + low).ok()?);
                    }
                    None if is_special(escaped) => push(&mut bytes, escaped),
                    None => return None,
                }
                kept = bytes.len();
            }
            '+' | '"' | '<' | '>' | '\0' => return None,
            ' ' => bytes.push(b' '),
            other => {
                push(&mut bytes, other);
                kept = bytes.len();
            }
        }
    }
    bytes.truncate(kept);
    Some((String::from_utf8(bytes).ok()?, None))
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

const fn is_special(c: char) -> bool {
    matches!(
        c,
        ' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\'
    )
}

/// Escapes a value (RFC 4514 §2.4).
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (number, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '=' | '>' | '\\' => text.extend(['\\', c]),
            '#' if number == 0 => text.push_str("\\#"),
            ' ' if number == 0 || number == last => text.push_str("\\ "),
            c @ ('\0'..='\x1f' | '\x7f') => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(text, "\\{byte:02x}");
                }
            }
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests;
