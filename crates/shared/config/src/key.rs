//! Configuration keys: rows of the table that loading, checking, printing and the reference use.

use std::fmt;

/// Type of a value with its limits. Durations are whole seconds after parsing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Free text, shown unmasked.
    Text,
    /// Path of a file or directory. In the configuration file it is relative to that file.
    Path,
    /// Text that is always masked; also readable from a file by `…_file`.
    Secret,
    /// A database or Redis address, which may carry a password: shown masked, also by `…_file`.
    SecretUrl(&'static [&'static str]),
    /// Origin or URL as text; `config check` validates it further.
    Url,
    /// URL to which something is posted. Receivers put their token into its path, so only its origin
    /// is shown.
    Endpoint,
    /// `#rrggbb`.
    Color,
    /// `IP:port`.
    Socket,
    /// `IP:port`, or `unix:` and the path of a socket.
    Listen,
    /// A list of networks such as `10.0.0.0/8`.
    Networks,
    StringList,
    /// A table of names and whole numbers from 1; stored as a list of `name=number`.
    Counts,
    /// `true` or `false`.
    Boolean,
    /// A whole number within inclusive limits.
    Number(i64, i64),
    /// A number that may have a fraction, within inclusive limits.
    Ratio(f64, f64),
    /// Seconds, or text such as `"90s"`, `"5m"`, `"12h"` or `"30d"`; limits in seconds, inclusive.
    Duration(i64, i64),
    OneOf(&'static [&'static str]),
    /// A list of different strings of a fixed list.
    OneOrMoreOf(&'static [&'static str]),
}

impl Kind {
    /// Begins a key with a default, as written in the environment.
    pub(super) const fn default(self, text: &'static str) -> Key {
        Key {
            default: Some(text),
            ..self.unset()
        }
    }

    /// Begins a key without a default.
    pub(super) const fn unset(self) -> Key {
        Key {
            path: "",
            kind: self,
            default: None,
            alias: None,
            doc: "",
            refers_to: None,
        }
    }
}

doorward_protocol::words! {
    #[derive(PartialOrd, Ord)]
    pub enum ObjectKind {
        Role = "role",
        Scope = "scope",
        /// By its client ID.
        Client = "client",
        /// By its identifier.
        Resource = "resource",
        /// By the user ID.
        User = "user",
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Dotted path, such as `tokens.access_ttl`.
    pub path: &'static str,
    pub kind: Kind,
    /// Default as written in the environment; `None`: unset.
    pub default: Option<&'static str>,
    pub alias: Option<&'static str>,
    /// Description for the reference, a few sentences.
    pub doc: &'static str,
    /// Kind of the objects that the value names, if it names any.
    pub refers_to: Option<ObjectKind>,
}

impl Key {
    /// Adds the path and the description, whose lines begin with a space in a comment.
    pub(super) const fn describe(mut self, path: &'static str, doc: &'static str) -> Self {
        self.path = path;
        self.doc = doc.trim_ascii_start();
        self
    }

    /// Adds a short environment name.
    #[must_use]
    pub const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }

    /// Declares that the value names objects of this kind, which must exist in the database.
    #[must_use]
    pub const fn naming(mut self, kind: ObjectKind) -> Self {
        self.refers_to = Some(kind);
        self
    }

    /// Returns true if the value is masked when shown and may come from a file named by `…_file`.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::SecretUrl(_))
    }

    /// Returns the long environment name, such as `DOORWARD__TOKENS__ACCESS_TTL`.
    pub fn env_name(&self) -> String {
        format!(
            "{ENV_PREFIX}{}",
            self.path.to_ascii_uppercase().replace('.', "__")
        )
    }

    /// Returns the environment names of this key, the long one first.
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
