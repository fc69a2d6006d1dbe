//! `[sessions]`: lifetimes of browser sessions.

use super::key::{DAY, Kind, MINUTE};

section! {
    /// Lifetimes of browser sessions, in seconds.
    pub struct Sessions in "sessions" {
        /// Idle timeout of a session. A session that is not used for this time ends.
        idle: i64 = Kind::Duration(MINUTE, 400 * DAY).default("12h");
        /// Idle timeout of a session with "Keep me signed in on this device". After `sessions.idle`
        /// without use the session continues with one factor: an action that requires a second
        /// factor asks for it again.
        kept_idle: i64 = Kind::Duration(MINUTE, 400 * DAY).default("14d");
        /// Maximum age of a session since sign-in, even if it is used.
        absolute: i64 = Kind::Duration(MINUTE, 400 * DAY).default("30d");
    }
}
