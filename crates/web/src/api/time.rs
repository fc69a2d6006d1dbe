//! Times in requests and responses.

use doorward_domain::time::UnixSeconds;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Formats a time as RFC 3339 in UTC.
pub fn time(at: UnixSeconds) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}

pub const TIME: &str = "Must be a time such as 2027-01-31T12:00:00Z.";

pub fn parse_time(text: &str) -> Option<UnixSeconds> {
    let read = OffsetDateTime::parse(text, &Rfc3339).ok();
    read.map(OffsetDateTime::unix_timestamp)
}
