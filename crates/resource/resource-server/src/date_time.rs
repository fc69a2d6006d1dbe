//! Dates and times of requests and responses (RFC 3339).

use serde::{Serialize as _, Serializer};
use time::{Date, OffsetDateTime};

/// Julian day of an object without a date: it sorts after every date and can be indexed.
pub(crate) const NO_DAY: i32 = i32::MAX;

/// Parses an RFC 3339 `full-date`: four-digit year, month, day.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    // The format alone would accept a sign or a longer year.
    (text.len() == 10 && text.is_ascii())
        .then(|| Date::parse(text, format).ok())
        .flatten()
}

pub(crate) fn format_date(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// Formats Unix seconds as RFC 3339 `date-time` in UTC.
pub(crate) fn format_time(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| {
            time.format(&time::format_description::well_known::Rfc3339)
                .ok()
        })
        .unwrap_or_default()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub(crate) fn serialize_time<S: Serializer>(
    seconds: &i64,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_time(*seconds))
}

#[expect(clippy::ref_option, reason = "serde passes a reference")]
pub(crate) fn serialize_time_or_null<S: Serializer>(
    seconds: &Option<i64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    seconds.map(format_time).serialize(serializer)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub(crate) fn serialize_day<S: Serializer>(day: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    let date = Some(*day)
        .filter(|day| *day != NO_DAY)
        .and_then(|day| Date::from_julian_day(day).ok());
    date.map(format_date).serialize(serializer)
}
