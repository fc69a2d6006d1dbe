//! Large JSON files, one element at a time.

use std::cell::RefCell;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::marker::PhantomData;
use std::path::Path;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::Value;
use serde_json::error::Category;

use super::ReadError;

/// Opens a file for reading.
pub fn open(path: &Path) -> Result<BufReader<File>, ReadError> {
    let file = File::open(path).map_err(|error| ReadError::File {
        path: path.to_owned(),
        error,
    })?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

/// Converts an error of the parser. Its text may quote a value, so only the line is kept.
fn syntax(path: &Path, error: &serde_json::Error) -> ReadError {
    let problem = match error.classify() {
        Category::Io => "the file cannot be read",
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
    path: &Path,
    parse: impl FnOnce(
        &mut serde_json::Deserializer<serde_json::de::IoRead<BufReader<File>>>,
        &RefCell<Option<ReadError>>,
    ) -> Result<(), serde_json::Error>,
) -> Result<(), ReadError> {
    let mut parser = serde_json::Deserializer::from_reader(open(path)?);
    let stop = RefCell::new(None);
    let done = parse(&mut parser, &stop).and_then(|()| parser.end());
    match (stop.into_inner(), done) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => Ok(()),
        (None, Err(error)) => Err(syntax(path, &error)),
    }
}

/// Calls `each` for every element of an array, or for every value of a file of JSON lines.
pub fn each_element<T: DeserializeOwned>(
    path: &Path,
    each: &mut dyn FnMut(T) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    if first_byte(path)? == Some(b'{') {
        for value in serde_json::Deserializer::from_reader(open(path)?).into_iter::<T>() {
            each(value.map_err(|error| syntax(path, &error))?)?;
        }
        return Ok(());
    }
    parse_file(path, |parser, stop| {
        let elements = Elements {
            each,
            stop,
            kind: PhantomData,
        };
        elements.deserialize(parser)
    })
}

/// Returns the first byte that is not white space.
pub fn first_byte(path: &Path) -> Result<Option<u8>, ReadError> {
    for byte in open(path)?.bytes() {
        let byte = byte.map_err(|error| ReadError::File {
            path: path.to_owned(),
            error,
        })?;
        if !byte.is_ascii_whitespace() {
            return Ok(Some(byte));
        }
    }
    Ok(None)
}

struct Elements<'a, T> {
    each: &'a mut dyn FnMut(T) -> Result<(), ReadError>,
    stop: &'a RefCell<Option<ReadError>>,
    kind: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Elements<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Elements<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<T>()? {
            if let Err(error) = (self.each)(element) {
                *self.stop.borrow_mut() = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// A receiver of the members of an object, of which one may be a long array.
pub trait Members<T> {
    /// Begins an object.
    fn begin(&mut self) {}
    /// Returns true to receive this member.
    fn wants(&self, name: &str) -> bool;
    /// Receives a member.
    fn member(&mut self, name: &str, value: Value);
    /// Receives an element of the long array.
    ///
    /// # Errors
    /// Stops the parser.
    fn element(&mut self, element: T) -> Result<(), ReadError>;
}

/// Reads an object, or an array of objects. `long` names the member that is a long array.
pub fn objects<T: DeserializeOwned>(
    path: &Path,
    long: &'static str,
    members: &mut dyn Members<T>,
) -> Result<(), ReadError> {
    let is_list = first_byte(path)? == Some(b'[');
    parse_file(path, |parser, stop| {
        let object = Object {
            long,
            members,
            stop,
        };
        if is_list {
            parser.deserialize_seq(Objects(object))
        } else {
            parser.deserialize_map(object)
        }
    })
}

struct Object<'a, T> {
    long: &'static str,
    members: &'a mut dyn Members<T>,
    stop: &'a RefCell<Option<ReadError>>,
}

struct Objects<'a, T>(Object<'a, T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Objects<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Object {
            long,
            members,
            stop,
        } = self.0;
        loop {
            let next = Object {
                long,
                members: &mut *members,
                stop,
            };
            if list.next_element_seed(next)?.is_none() {
                return Ok(());
            }
        }
    }
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Object<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Object<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
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
                    kind: PhantomData,
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
