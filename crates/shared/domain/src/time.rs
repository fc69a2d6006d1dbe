//! Time as Unix seconds (UTC), passed in by the caller.

pub use doorward_access::clock::{Clock, SystemClock};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
pub type UnixSeconds = i64;

/// Returns true if `now` is at or after `expires_at` (RFC 7519 §4.1.4: "on or after which").
pub const fn is_expired(expires_at: UnixSeconds, now: UnixSeconds) -> bool {
    now >= expires_at
}

/// Formats a time as RFC 3339 in UTC.
pub fn to_rfc3339(at: UnixSeconds) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// Parses a time in RFC 3339.
pub fn from_rfc3339(text: &str) -> Option<UnixSeconds> {
    let read = OffsetDateTime::parse(text, &Rfc3339).ok();
    read.map(OffsetDateTime::unix_timestamp)
}
