//! Addresses of databases and hosts.

use std::net::IpAddr;

use url::{Host, Url};

/// The file behind a `sqlite:` address; `None` for other databases and for memory.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    (!path.is_empty() && path != ":memory:").then_some(path)
}

/// Whether the host is this machine (RFC 8252 §8.3 names the literals; `localhost` is resolved
/// by browsers to loopback).
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Addresses of schemes that the URL standard does not know, such as `smtp`, are names to it.
        Some(Host::Domain(name)) => {
            let address = name.parse::<IpAddr>();
            let is_name = name == "localhost" || name.ends_with(".localhost");
            is_name || address.is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
