//! Roughly where an address is, by a database that the operator brings: "near Berlin, Germany".
//!
//! A hint for people beside the address, never a decision. Nothing is fetched and nobody is asked;
//! without the file there are no places.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use maxminddb::{MaxMindDbError, Reader, geoip2};

use doorward_i18n::Lang;
use doorward_i18n::place::Location;

/// The file that `geoip.database` names, or nothing.
#[derive(Default)]
pub struct GeoIp {
    reader: Option<Reader<Vec<u8>>>,
}

impl std::fmt::Debug for GeoIp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self
            .reader
            .as_ref()
            .map(|one| &one.metadata().database_type);
        f.debug_tuple("GeoIp").field(&kind).finish()
    }
}

/// Why there are no places although there should be.
#[derive(Debug, thiserror::Error)]
#[error("geoip.database: {} cannot be used: {cause}", .path.display())]
pub struct GeoIpError {
    path: PathBuf,
    /// What is wrong with the file.
    pub cause: MaxMindDbError,
}

impl GeoIp {
    /// Reads the file into memory, once; none: no place is ever known.
    ///
    /// # Errors
    /// [`GeoIpError`] when it cannot be read, or is not a whole `.mmdb` database.
    pub fn open(path: Option<&Path>) -> Result<Self, GeoIpError> {
        let open = |path: &Path| {
            Reader::open_readfile(path).map_err(|cause| GeoIpError {
                path: path.to_owned(),
                cause,
            })
        };
        let reader = path.map(open).transpose()?;
        Ok(Self { reader })
    }

    /// Where an address is, with the names in this language where the database has them, else in
    /// English. None for what is in no country: private and loopback addresses, and unknown ones.
    pub fn locate(&self, ip: IpAddr, lang: Lang) -> Option<Location> {
        let reader = self.reader.as_ref()?;
        let ip = ip.to_canonical();
        if !is_public(ip) {
            return None;
        }
        let record = reader.lookup(ip).and_then(|found| found.decode());
        // A damaged or unexpected record costs the place, not the page.
        let record: geoip2::City<'_> = record
            .inspect_err(|error| tracing::debug!(%error, "a place cannot be read"))
            .ok()??;
        let name = |names: &geoip2::Names<'_>| {
            let own = match lang {
                Lang::De => names.german,
                Lang::Es => names.spanish,
                Lang::Fr => names.french,
                Lang::Ja => names.japanese,
                Lang::Pt => names.brazilian_portuguese,
                Lang::Zh => names.simplified_chinese,
                // The format has no names in the others.
                _ => None,
            };
            own.or(names.english).map(str::to_owned)
        };
        let country = name(&record.country.names)?;
        Some(Location::new(name(&record.city.names), country))
    }

    /// The same for an address as it is kept in a row, in words.
    pub fn words(&self, ip: &str, lang: Lang) -> Option<String> {
        let found = self.locate(ip.parse().ok()?, lang)?;
        Some(found.words(lang))
    }
}

/// Whether an address can be somewhere: not inside of a machine or a local network.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified())
        }
        IpAddr::V6(ip) => {
            let local = ip.is_unique_local() || ip.is_unicast_link_local();
            !(local || ip.is_loopback() || ip.is_unspecified())
        }
    }
}

#[cfg(test)]
mod tests;
