//! Time as Unix seconds (UTC), passed in by the caller.

pub use doorward_access::clock::{Clock, SystemClock};

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
pub type UnixSeconds = i64;

/// Returns true if `now` is at or after `expires_at` (RFC 7519 §4.1.4: "on or after which").
pub const fn is_expired(expires_at: UnixSeconds, now: UnixSeconds) -> bool {
    now >= expires_at
}
