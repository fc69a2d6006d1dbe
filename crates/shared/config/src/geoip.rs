//! `[geoip]`: approximate locations of IP addresses, shown to users.

use std::path::PathBuf;

use super::key::Kind;

section! {
    pub struct Geoip in "geoip" {
        /// Path of a city or country database in the MaxMind format (`.mmdb`), such as GeoLite2
        /// City or DB-IP City Lite. The account page, the activity page and e-mail messages then
        /// show "near Berlin, Germany" beside an address. You obtain and update the file: the
        /// server reads it once at start and downloads nothing. Its licence may require
        /// attribution. Unset: addresses are shown without a location.
        database: Option<PathBuf> = Kind::Path.unset();
    }
}
