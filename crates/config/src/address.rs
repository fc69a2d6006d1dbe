//! Helpers for database and host addresses.

use std::net::IpAddr;

use url::{Host, Url};

/// Returns the file path of a `sqlite:` address; `None` for other databases and in-memory
/// databases.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    (!path.is_empty() && path != ":memory:").then_some(path)
}

/// Returns true if the host is loopback: the literals of RFC 8252 §8.3, or `localhost`, which
/// browsers resolve to loopback.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Hosts of schemes that the URL standard does not define, such as `smtp`, are parsed as
        // names.
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
