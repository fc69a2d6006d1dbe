//! `[sessions]`: lifetimes of browser sessions.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, MINUTE};

/// Lifetimes of browser sessions, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    pub idle: i64,
    pub kept_idle: i64,
    pub absolute: i64,
}

pub const KEYS: &[Key] = &[
    Key::new(
        "sessions.idle",
        Kind::duration(MINUTE, 400 * DAY),
        "12h",
        "Idle timeout of a session. A session that is not used for this time ends.",
    ),
    Key::new(
        "sessions.kept_idle",
        Kind::duration(MINUTE, 400 * DAY),
        "14d",
        "Idle timeout of a session with \"Keep me signed in on this device\". After \
         `sessions.idle` without use the session continues with one factor: an action that \
         requires a second factor asks for it again.",
    ),
    Key::new(
        "sessions.absolute",
        Kind::duration(MINUTE, 400 * DAY),
        "30d",
        "Maximum age of a session since sign-in, even if it is used.",
    ),
];
