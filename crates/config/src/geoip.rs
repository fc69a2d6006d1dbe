//! `[geoip]`: where addresses are, for people.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Places of addresses.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geoip {
    /// The database file; none: addresses are shown alone.
    pub database: Option<PathBuf>,
}

/// The keys of `[geoip]`.
pub const KEYS: &[Key] = &[Key::optional(
    "geoip.database",
    Kind::Text,
    "The path of a city or country database in the MaxMind format (`.mmdb`), such as GeoLite2 City \
     or DB-IP City Lite. The account page, the activity page and mails then say \"near Berlin, \
     Germany\" beside an address. The file is yours to get and to renew: it is read once, at the \
     start, and nothing is ever fetched. Its licence may ask you to name its maker. Without it, \
     addresses stand alone.",
)];
