//! Time comes in from outside, as Unix seconds (UTC).

pub use doorward_access::clock::{Clock, SystemClock};

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
pub type UnixSeconds = i64;

/// Whether something that expires at `expires_at` is over: the second itself no longer counts
/// (RFC 7519 §4.1.4: "on or after which").
pub const fn is_expired(expires_at: UnixSeconds, now: UnixSeconds) -> bool {
    now >= expires_at
}
