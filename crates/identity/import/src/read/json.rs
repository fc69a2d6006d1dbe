//! Large JSON files, one element at a time.

use std::cell::RefCell;
use std::fmt;
use std::io::{BufReader, Read as _};
use std::path::Path;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::error::Category;

use super::text::{self, Encoding, TextFile};
use super::{ReadError, Result};

#[derive(Clone, Copy, Debug)]
pub struct JsonFile<'a> {
    pub path: &'a Path,
    /// Encoding, if it is neither UTF-8 nor UTF-16.
    pub encoding: Option<&'static Encoding>,
}

/// Converts an error of the parser. Its text may quote a value, so only the line is kept.
fn syntax(path: &Path, error: serde_json::Error) -> ReadError {
    let problem = match error.classify() {
        Category::Io => return text::failed(path, error.into()),
        Category::Eof => "the file ends too early",
        Category::Syntax => "malformed JSON",
        Category::Data => "an element of another form than expected",
    };
    ReadError::Syntax {
        path: path.to_owned(),
        line: error.line(),
        problem,
    }
}

/// Runs `parse` with the file and a place for an error of the receiver, which takes precedence.
fn parse_file(
    file: JsonFile<'_>,
    parse: impl FnOnce(
        &mut serde_json::Deserializer<serde_json::de::IoRead<BufReader<TextFile>>>,
        &RefCell<Option<ReadError>>,
    ) -> Result<(), serde_json::Error>,
) -> Result<()> {
    let mut parser = serde_json::Deserializer::from_reader(text::open(file.path, file.encoding)?);
    let stop = RefCell::new(None);
    let done = parse(&mut parser, &stop).and_then(|()| parser.end());
    match (stop.into_inner(), done) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(syntax(file.path, error)),
    }
}

/// Calls `each` for every element of an array, or for every value of a file of JSON lines.
pub fn each_element(file: JsonFile<'_>, each: &mut dyn FnMut(Value) -> Result<()>) -> Result<()> {
    if first_byte(file)? == Some(b'{') {
        let text = text::open(file.path, file.encoding)?;
        for value in serde_json::Deserializer::from_reader(text).into_iter::<Value>() {
            each(value.map_err(|error| syntax(file.path, error))?)?;
        }
        return Ok(());
    }
    parse_file(file, |parser, stop| {
        let elements = Elements { each, stop };
        elements.deserialize(parser)
    })
}

/// Returns the first byte that is not white space.
pub fn first_byte(file: JsonFile<'_>) -> Result<Option<u8>> {
    for byte in text::open(file.path, file.encoding)?.bytes() {
        let byte = byte.map_err(|error| text::failed(file.path, error))?;
        if !byte.is_ascii_whitespace() {
            return Ok(Some(byte));
        }
    }
    Ok(None)
}

struct Elements<'a> {
    each: &'a mut dyn FnMut(Value) -> Result<()>,
    stop: &'a RefCell<Option<ReadError>>,
}

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    /// Reads `null`, which is an absent array.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element()? {
            if let Err(error) = (self.each)(element) {
                *self.stop.borrow_mut() = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// A receiver of the members of an object, of which one may be a long array.
pub trait Members {
    fn begin(&mut self) {}
    /// Returns true to receive this member.
    fn wants(&self, name: &str) -> bool;
    fn member(&mut self, name: &str, value: Value);
    /// Receives an element of the long array.
    fn element(&mut self, element: Value) -> Result<()>;
}

/// Reads an object, or an array of objects. `long` names the member that is a long array.
pub fn objects(file: JsonFile<'_>, long: &'static str, members: &mut dyn Members) -> Result<()> {
    parse_file(file, |parser, stop| {
        parser.deserialize_any(Object {
            long,
            members,
            stop,
        })
    })
}

struct Object<'a> {
    long: &'static str,
    members: &'a mut dyn Members,
    stop: &'a RefCell<Option<ReadError>>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        loop {
            let next = Object {
                long: self.long,
                members: &mut *self.members,
                stop: self.stop,
            };
            if list.next_element_seed(next)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.members.begin();
        while let Some(name) = map.next_key::<String>()? {
            if name == self.long {
                let members = &mut *self.members;
                let mut each = |element| members.element(element);
                map.next_value_seed(Elements {
                    each: &mut each,
                    stop: self.stop,
                })?;
            } else if self.members.wants(&name) {
                let value = map.next_value()?;
                self.members.member(&name, value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
