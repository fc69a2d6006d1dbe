//! Escapes values as the canonical form of XML has them (Canonical XML 1.0 §2.3). The templates of this crate write
//! the exclusive canonical form: what is signed is what is sent. Each element declares the prefixes that it uses and
//! that are not declared above it, attributes are sorted, and nothing is left to a parser: no empty elements, no
//! comments, no white space.

use std::fmt::{Result, Write};

use askama::filters::Escaper;

use crate::xml::is_allowed;

#[cfg(test)]
mod tests;

#[derive(Clone, Copy)]
pub struct InAttribute;

#[derive(Clone, Copy)]
pub struct InText;

impl Escaper for InAttribute {
    fn write_escaped_str<W: Write>(&self, out: W, text: &str) -> Result {
        escape(out, text, |character| match character {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '"' => Some("&quot;"),
            '\t' => Some("&#x9;"),
            '\n' => Some("&#xA;"),
            '\r' => Some("&#xD;"),
            _ => None,
        })
    }
}

impl Escaper for InText {
    fn write_escaped_str<W: Write>(&self, out: W, text: &str) -> Result {
        escape(out, text, |character| match character {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '\r' => Some("&#xD;"),
            _ => None,
        })
    }
}

/// Replaces a character that XML cannot contain in any spelling, and those of this place.
fn escape<W: Write>(mut out: W, text: &str, of: fn(char) -> Option<&'static str>) -> Result {
    let mut written = 0;
    for (at, character) in text.char_indices() {
        let escaped = match of(character) {
            Some(escaped) => escaped,
            None if is_allowed(character) => continue,
            None => "\u{fffd}",
        };
        out.write_str(&text[written..at])?;
        out.write_str(escaped)?;
        written = at + character.len_utf8();
    }
    out.write_str(&text[written..])
}
