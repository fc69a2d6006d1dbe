//! Members of JSON bodies with own types. The API shows the text of an error, so it begins in upper case.

use serde::Deserializer;
use serde::de::Error as _;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
        let read = OffsetDateTime::parse(&text, &Rfc3339).ok();
        read.map(OffsetDateTime::unix_timestamp)
    }
}

pub(super) fn optional<'de, T: JsonMember, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)?
        .map(|text| T::parse(text).ok_or_else(|| D::Error::custom(T::EXPECTED)))
        .transpose()
}

/// Deserializes a member that may be absent, `null` or a value.
pub fn nullable<'de, T: JsonMember, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    optional(deserializer).map(Some)
}
