//! What a configuration key is: one row of the table that loading, checking, printing and the
//! reference all read.

/// What a key accepts, with its limits. Durations are whole seconds after parsing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Free text, shown as it is.
    Text,
    /// Text that is never shown; also readable from a file by `…_file`.
    Secret,
    /// A database or Redis address, which may carry a password: shown masked, also by `…_file`.
    SecretUrl(&'static [&'static str]),
    /// An origin or URL as text; whether it is a good one is said by `config check`.
    Url,
    /// `IP:port`.
    Socket,
    /// A list of networks such as `10.0.0.0/8`.
    Networks,
    /// A list of words.
    StringList,
    /// A table of words and whole numbers from 1; kept as a list of `word=number`.
    Counts,
    /// `true` or `false`.
    Boolean,
    /// A whole number within limits, both included.
    Number {
        /// The smallest value accepted.
        min: i64,
        /// The largest value accepted.
        max: i64,
    },
    /// A number that may have a fraction, within limits, both included.
    Ratio {
        /// The smallest value accepted.
        min: f64,
        /// The largest value accepted.
        max: f64,
    },
    /// Seconds, or text such as `"90s"`, `"5m"`, `"12h"`, `"30d"`; limits in seconds, both included.
    Duration {
        /// The shortest duration accepted, in seconds.
        min: i64,
        /// The longest duration accepted, in seconds.
        max: i64,
    },
    /// One word of a closed list.
    OneOf(&'static [&'static str]),
}

/// One key of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Dotted path, `tokens.access_ttl`.
    pub path: &'static str,
    /// What it accepts.
    pub kind: Kind,
    /// The default as one would write it in the environment; `None`: unset.
    pub default: Option<&'static str>,
    /// The short environment name, where there is one.
    pub alias: Option<&'static str>,
    /// One or two sentences for the reference.
    pub doc: &'static str,
}

impl Key {
    /// A key with a default.
    pub const fn new(
        path: &'static str,
        kind: Kind,
        default: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            path,
            kind,
            default: Some(default),
            alias: None,
            doc,
        }
    }

    /// A key that is unset unless somebody sets it.
    pub const fn optional(path: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            path,
            kind,
            default: None,
            alias: None,
            doc,
        }
    }

    /// The same key with a short environment name.
    #[must_use]
    pub const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }

    /// Whether the value is masked when shown, and may come from a file named by `…_file`.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::SecretUrl(_))
    }

    /// The long environment name: `DOORWARD__TOKENS__ACCESS_TTL`.
    pub fn env_name(&self) -> String {
        format!(
            "{ENV_PREFIX}{}",
            self.path.to_ascii_uppercase().replace('.', "__")
        )
    }

    /// The names under which the environment may set this key, long one first.
    pub fn env_names(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.env_name()).chain(self.alias.map(str::to_owned))
    }
}

/// Seconds in a minute.
pub const MINUTE: i64 = 60;
/// Seconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Seconds in a day.
pub const DAY: i64 = 24 * HOUR;

/// Prefix of the long environment names.
pub const ENV_PREFIX: &str = "DOORWARD__";
