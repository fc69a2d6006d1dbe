//! Parses times given on the command line.

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, Time, macros};

/// Parses a date (its first second in UTC) or an RFC 3339 time.
///
/// # Errors
/// Returns a description of the accepted formats for any other text.
pub(super) fn parse_time(text: &str) -> Result<i64, String> {
    let day = macros::format_description!("[year]-[month]-[day]");
    if let Ok(date) = Date::parse(text, &day) {
        return Ok(date.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp());
    }
    OffsetDateTime::parse(text, &Rfc3339)
        .map(OffsetDateTime::unix_timestamp)
        .map_err(|_| {
            "write a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z".into()
        })
}
