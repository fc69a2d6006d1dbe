//! `[sessions]`: how long a browser stays signed in.

use serde::{Deserialize, Serialize};

use super::key::{DAY, Key, Kind, MINUTE};

/// Browser session lifetimes, in seconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    /// Seconds without use after which a session ends.
    pub idle: i64,
    /// The same for a session that its person keeps.
    pub kept_idle: i64,
    /// Seconds since sign-in after which a session ends whatever happens.
    pub absolute: i64,
}

/// The keys of `[sessions]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "sessions.idle",
        Kind::Duration {
            min: MINUTE,
            max: 400 * DAY,
        },
        "12h",
        "A session that is not used for so long ends.",
    ),
    Key::new(
        "sessions.kept_idle",
        Kind::Duration {
            min: MINUTE,
            max: 400 * DAY,
        },
        "14d",
        "The same for a session with \"Keep me signed in on this device\". After `sessions.idle` \
         without use it goes on with the password alone: what asks for a second factor asks again.",
    ),
    Key::new(
        "sessions.absolute",
        Kind::Duration {
            min: MINUTE,
            max: 400 * DAY,
        },
        "30d",
        "A session ends so long after the sign-in, whatever happens.",
    ),
];
