//! The approximate location of an IP address, from the operator's database: "near Berlin, Germany".
//!
//! Locations are hints for users, never used for decisions. No request leaves the server; without
//! the file there are no locations.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use doorward_domain::model::mail::Location;
use doorward_i18n::{Lang, place};
use maxminddb::{MaxMindDbError, Reader, geoip2};

/// The database named by `geoip.database`, or none.
#[derive(Default)]
pub struct GeoIp {
    reader: Option<Reader<Vec<u8>>>,
}

impl std::fmt::Debug for GeoIp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self
            .reader
            .as_ref()
            .map(|reader| &reader.metadata().database_type);
        f.debug_tuple("GeoIp").field(&kind).finish()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("geoip.database: {} cannot be used: {cause}", .path.display())]
pub struct GeoIpError {
    path: PathBuf,
    pub cause: MaxMindDbError,
}

impl GeoIp {
    /// Reads the file into memory; without a path, no location is known.
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

    /// Returns the location of an address, with names in this language if the database has them,
    /// otherwise in English. `None` for private, loopback and unknown addresses.
    pub fn locate(&self, ip: IpAddr, lang: Lang) -> Option<Location> {
        let reader = self.reader.as_ref()?;
        let ip = ip.to_canonical();
        if !is_public(ip) {
            return None;
        }
        let record = reader.lookup(ip).and_then(|found| found.decode());
        // A damaged or unexpected record only loses the location.
        let record: geoip2::City<'_> = record
            .inspect_err(|error| tracing::debug!(%error, "location record cannot be read"))
            .ok()??;
        let name = |names: &geoip2::Names<'_>| {
            let own = match lang {
                Lang::De => names.german,
                Lang::Es => names.spanish,
                Lang::Fr => names.french,
                Lang::Ja => names.japanese,
                Lang::Pt => names.brazilian_portuguese,
                Lang::Zh => names.simplified_chinese,
                // The format has no names in the other languages.
                _ => None,
            };
            own.or(names.english).map(str::to_owned)
        };
        let country = name(&record.country.names)?;
        Some(Location {
            city: name(&record.city.names),
            country,
        })
    }

    /// Returns the location of a stored address as text.
    pub fn describe(&self, ip: &str, lang: Lang) -> Option<String> {
        let found = self.locate(ip.parse().ok()?, lang)?;
        Some(place::describe(found.city.as_deref(), &found.country, lang))
    }
}

/// Returns true if an address can have a location: not one of a machine or a local network.
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
