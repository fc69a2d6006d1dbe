//! Members of JSON bodies with own types. The API shows the text of an error, so it begins in upper case.

use std::marker::PhantomData;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::time::from_rfc3339;
use doorward_protocol::words::Word;
use serde::Deserializer;
use serde::de::Error as _;
use utoipa::PartialSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use crate::prelude::*;

pub trait JsonMember: Sized {
    const EXPECTED: &'static str;

    fn parse(text: String) -> Option<Self>;
}

impl JsonMember for String {
    const EXPECTED: &'static str = "Must be a text.";

    fn parse(text: String) -> Option<Self> {
        Some(text)
    }
}

impl JsonMember for GroupId {
    const EXPECTED: &'static str = "Not an ID.";

    fn parse(text: String) -> Option<Self> {
        Self::parse(&text)
    }
}

impl JsonMember for UserId {
    const EXPECTED: &'static str = "Not an ID.";

    fn parse(text: String) -> Option<Self> {
        Self::parse(&text)
    }
}

impl JsonMember for UnixSeconds {
    const EXPECTED: &'static str = "Must be a time such as 2027-01-31T12:00:00Z.";

    fn parse(text: String) -> Option<Self> {
        from_rfc3339(&text)
    }
}

pub fn optional<'de, T: JsonMember, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)?
        .map(|text| T::parse(text).ok_or_else(|| D::Error::custom(T::EXPECTED)))
        .transpose()
}

/// Deserializes a member that has a value.
pub fn required<'de, T: JsonMember, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::parse(text).ok_or_else(|| D::Error::custom(T::EXPECTED))
}

/// Deserializes a member that may be absent, `null` or a value.
pub fn nullable<'de, T: JsonMember, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    optional(deserializer).map(Some)
}

/// Deserializes a member that may be absent or a word.
pub fn optional_word<'de, T: Word, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    optional_of(T::ALL, deserializer)
}

/// Deserializes a member that may be absent or one of these words.
pub fn optional_of<'de, T: Word, D: Deserializer<'de>>(
    known: &[T],
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let read = |text: String| {
        let found = known.iter().copied().find(|known| known.word() == text);
        found.ok_or_else(|| {
            let words: Vec<_> = known.iter().map(|known| known.word()).collect();
            D::Error::custom(format!("Must be one of {}.", words.join(", ")))
        })
    };
    Option::deserialize(deserializer)?.map(read).transpose()
}

/// Deserializes a member that is a word, or absent for the default.
pub fn word<'de, T: Word + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    optional_word(deserializer).map(Option::unwrap_or_default)
}

/// Deserializes the bytes of a file, which [`file_text`] has written.
pub fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = URL_SAFE_NO_PAD.decode(text);
    bytes.map_err(|_| D::Error::custom("Must be base64url."))
}

pub fn file_text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the schema of a member that is one of these words.
pub fn one_of(words: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    schema.enum_values(Some(words)).into()
}

/// Schema of a member with one value of this type. An alias of it is the `value_type` of the member, which is
/// `inline`: utoipa reads generics of a field in its own way.
#[derive(Debug)]
pub struct OneOf<T>(PhantomData<T>);

impl<T: Word> PartialSchema for OneOf<T> {
    fn schema() -> RefOr<Schema> {
        one_of(T::ALL.iter().map(|known| known.word()))
    }
}

impl<T: Word> ToSchema for OneOf<T> {}
