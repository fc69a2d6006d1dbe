//! `[geoip]`: approximate locations of IP addresses, shown to users.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geoip {
    /// Path of the database file; `None`: addresses are shown without a location.
    pub database: Option<PathBuf>,
}

pub const KEYS: &[Key] = &[Key::optional(
    "geoip.database",
    Kind::Path,
    "Path of a city or country database in the MaxMind format (`.mmdb`), such as GeoLite2 City or \
     DB-IP City Lite. The account page, the activity page and e-mail messages then show \"near \
     Berlin, Germany\" beside an address. You obtain and update the file: the server reads it \
     once at start and downloads nothing. Its licence may require attribution. Unset: addresses \
     are shown without a location.",
)];
